import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Vigil: the web app is not built</title>
<h1>The web app is not built</h1>
<p>Run <code>npm run build</code> and load this page again. The API, the sockets, <a href="/healthz">/healthz</a> and
<a href="/metrics">/metrics</a> work without it.</p>
</html>
`

/** The built web app, or a page that says how to build it. Its doors are addresses of one page. */
export async function webApp(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT))
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    setHeaders(response, path) {
      // Built assets carry a hash of their content in their names; the page itself must always be today's.
      const kept = path.startsWith(join(folder, 'assets'))
      response.setHeader('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const door of ['/ward', '/feeds', '/episodes', '/ward/*', '/feeds/*', '/episodes/*'])
    app.get(door, (_request, reply) => reply.sendFile('index.html'))
  // Browsers ask for it unasked, and a missing one is an error in their console.
  if (!existsSync(join(folder, 'favicon.ico'))) app.get('/favicon.ico', (_request, reply) => reply.code(204).send())
}
