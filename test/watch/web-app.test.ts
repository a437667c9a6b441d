import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fastify } from 'fastify'
import { webApp } from '../../src/watch/web-app.ts'

describe('the web app', () => {
  it('is one page behind every door, with assets that browsers may keep', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-app-'))
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<title>ward</title>')
    writeFileSync(join(folder, 'assets/app-1a2b.js'), '0')
    const app = fastify()
    await webApp(app, folder)
    for (const door of ['/', '/ward', '/feeds', '/episodes/icu-1']) {
      const { statusCode, body, headers } = await app.inject(door)
      assert.deepEqual([statusCode, body, headers['cache-control']], [200, '<title>ward</title>', 'no-cache'], door)
    }
    const asset = await app.inject('/assets/app-1a2b.js')
    assert.match(String(asset.headers['cache-control']), /immutable/)
    assert.equal((await app.inject('/favicon.ico')).statusCode, 204)
    assert.equal((await app.inject('/../package.json')).statusCode, 404)
    await app.close()
    rmSync(folder, { recursive: true })
  })

  it('says how to build it where it is not built', async () => {
    const app = fastify()
    await webApp(app, join(tmpdir(), 'vigil-no-such-folder'))
    const { statusCode, body } = await app.inject('/')
    assert.equal(statusCode, 503)
    assert.match(body, /npm run build/)
    await app.close()
  })
})
