import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Metrics } from '../../src/metrics.ts'
import type { NamedHealth } from '../../src/stage.ts'
import { type HealthDoor, openHealthDoor } from '../../src/watch/health-door.ts'

describe('a process without a dashboard', () => {
  const metrics = new Metrics()
  let health: NamedHealth[] = [{ name: 'join', state: 'starting', detail: '' }]
  let door: HealthDoor
  before(async () => {
    door = await openHealthDoor({ host: '127.0.0.1', metricsPort: 0 }, () => health, metrics)
  })
  after(() => door.close())

  it('tells how it is', async () => {
    assert.equal((await fetch(`${door.address}/healthz`)).status, 503)
    health = [{ name: 'join', state: 'running', detail: '' }]
    assert.equal((await fetch(`${door.address}/healthz`)).status, 200)
  })

  it('gives its metrics to Prometheus', async () => {
    metrics.windowsClosed.inc(3)
    assert.match(await (await fetch(`${door.address}/metrics`)).text(), /^vigil_windows_closed_total 3$/m)
  })

  it('has nothing else to give, and says when its port is taken', async () => {
    assert.equal((await fetch(`${door.address}/api/ward`)).status, 404)
    const metricsPort = Number(new URL(door.address).port)
    await assert.rejects(
      openHealthDoor({ host: '127.0.0.1', metricsPort }, () => health, metrics),
      { code: 'PORT_BUSY' },
    )
  })
})
