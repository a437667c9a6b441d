import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fastify } from 'fastify'
import type { Finding } from '../../src/check.ts'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { Metrics } from '../../src/metrics.ts'
import { addressCheck } from '../../src/watch/address-check.ts'
import { healthRoutes } from '../../src/watch/health-routes.ts'
import { webAppCheck } from '../../src/watch/web-app-check.ts'
import { about, assertHealthy, assertWrong } from '../support/findings.ts'

const signal = new AbortController().signal
const found = (host: string, port: number, token = '', publicUrl = ''): Promise<Finding[]> =>
  addressCheck(defaultConfig({ host, port, token, publicUrl }), new SystemClock()).look(signal)
const portOf = (server: Server): number => (server.address() as AddressInfo).port

describe('the address before the doctor', () => {
  it('is fine while it is free', async () => {
    assertHealthy(await found('127.0.0.1', 0))
  })

  it('is named when something else listens there', async () => {
    const other = createServer((_request, response) => response.end('{"status": "running"}'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const port = portOf(other)
    assertWrong(await found('127.0.0.1', port), [
      { about: 'address', standing: 'broken', saw: /is no Vigil/, todo: new RegExp(`--port ${port + 1}`) },
    ])
    other.close()
  })

  it('is fine when a ward holds it; what is wrong with that ward is said in its own words', async () => {
    const state = { raise: 'running' as 'running' | 'failed', store: 'running' as 'running' | 'degraded' }
    const app = fastify()
    const stages = (): Parameters<typeof healthRoutes>[1] extends () => infer R ? R : never => [
      { name: 'raise', state: state.raise, detail: 'lost its partitions' },
      { name: 'store', state: state.store, detail: 'the archive is away' },
    ]
    healthRoutes(app, stages, new Metrics())
    await app.listen({ host: '127.0.0.1', port: 0 })
    const port = portOf(app.server)
    const running = await found('127.0.0.1', port)
    assertHealthy(running)
    assert.match(about(running, 'ward').saw, /all 2 stages run/)
    Object.assign(state, { raise: 'failed', store: 'degraded' })
    assertWrong(await found('127.0.0.1', port), [
      { about: 'ward', standing: 'broken', saw: /raise is failed: lost its partitions/, todo: /log/ },
      { about: 'ward', standing: 'warning', saw: /store is degraded: the archive is away/, todo: /log/ },
    ])
    await app.close()
  })

  it('is named when this machine does not have it', async () => {
    assertWrong(await found('192.0.2.1', 0, 'a token that nobody guesses'), [
      { about: 'address', standing: 'broken', saw: /192\.0\.2\.1 port 0 cannot be listened on/, todo: /--host/ },
    ])
  })

  it('is named when passwords travel in the clear, or a token is easily guessed', async () => {
    const todo = /16 random characters/
    assertWrong(await found('0.0.0.0', 0), [
      { about: 'token', standing: 'warning', saw: /by http/, todo: /--public-url/ },
    ])
    assertHealthy(await found('0.0.0.0', 0, '', 'https://ward.example'))
    assertWrong(await found('0.0.0.0', 0, 'icu'), [{ about: 'token', standing: 'warning', saw: /3 characters/, todo }])
    assertHealthy(await found('0.0.0.0', 0, 'a token that nobody guesses'))
  })
})

describe('the web app before the doctor', () => {
  it('is named while it is not built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-web-app-'))
    assertWrong(await webAppCheck(folder).look(signal), [
      { about: 'web app', standing: 'broken', saw: /not built/, todo: /npm run build/ },
    ])
    writeFileSync(join(folder, 'index.html'), '')
    assertHealthy(await webAppCheck(folder).look(signal))
    rmSync(folder, { recursive: true })
  })
})
