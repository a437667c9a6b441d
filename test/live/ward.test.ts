import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AlertView } from '../../src/watch/events.ts'
import { eventually, nextEvent, WardProcess } from './ward-process.ts'
import { wardEndToEnd } from './ward-end-to-end.ts'

describe('a ward on one command, embedded', () => {
  const ward = new WardProcess(['--demo', 'on'])
  before(() => ward.start())
  after(() => ward.remove())

  wardEndToEnd(ward)

  it('stops cleanly on an interrupt and goes on from the same data', async () => {
    const before = await ward.get<AlertView[]>('/api/alerts?limit=1000')
    assert.ok(before.length > 0)
    assert.equal(await ward.end('SIGINT'), 0)
    await ward.start()
    const again = await eventually('the alerts from before', 15_000, async () => {
      const alerts = await ward.get<AlertView[]>('/api/alerts?limit=1000')
      return before.every(({ id }) => alerts.some((alert) => alert.id === id)) && alerts
    })
    assert.equal(new Set(again.map(({ id }) => id)).size, again.length, 'no alert is there twice')
    const screen = await ward.screen()
    await screen.emitWithAck('watch', {})
    await nextEvent(screen, 'vitals', () => true, 10_000)
  })
})
