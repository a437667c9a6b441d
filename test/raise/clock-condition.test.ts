import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceReading } from '../../src/acquire/bed-source.ts'
import { beginStamping, stampReadings } from '../../src/acquire/device-clocks.ts'
import { Bedside, RULES, START_MS, told, vitals } from './bedside.ts'

const CLOCK = 'technical:clock_wrong:monitor'
const UNDERWAY_MS = [20, 45, 31, 70, 22]

/** A monitor that sends once a second: how far its clock is ahead, and the heart rate at a second. */
function monitor(lengthS: number, aheadMs: (atS: number) => number, hr: (atS: number) => number): DeviceReading[] {
  return Array.from({ length: lengthS }, (_, atS) => {
    const deviceTimeMs = START_MS + atS * 1_000 + aheadMs(atS)
    const record = vitals(atS, { hr: hr(atS) }, { deviceTimeMs, eventTimeMs: deviceTimeMs })
    const receivedMs = START_MS + atS * 1_000 + (UNDERWAY_MS[atS % UNDERWAY_MS.length] ?? 0)
    return { receivedMs, reading: { modality: 'vitals', record } }
  })
}

/** The way from the monitor to its bed's alarms, in ticks of a quarter of a second; when each alert was raised. */
function watched(arrived: readonly DeviceReading[]): {
  bed: Bedside
  raisedS: (condition: string) => number | undefined
} {
  const bed = new Bedside()
  const raised = new Map<string, number>()
  let stamping = beginStamping({})
  let offset = 0
  const endMs = (arrived.at(-1)?.receivedMs ?? START_MS) + 4_000
  for (let nowMs = START_MS + 250; nowMs <= endMs; nowMs += 250) {
    const received = arrived.filter(({ receivedMs }) => receivedMs >= nowMs - 250 && receivedMs < nowMs)
    const made = stampReadings(received, nowMs, stamping, RULES.clockToleranceMs)
    stamping = made.stamping
    for (const { modality, record } of made.readings) {
      assert.ok(modality === 'vitals')
      const place = { topic: 'vitals', offset: offset++, appendTimeMs: nowMs }
      // Were it further ahead of the log than is tolerated, it would be in dead-letter and in no window.
      assert.ok(record.eventTimeMs - nowMs <= 60_000, `${record.eventTimeMs - nowMs} ms ahead of the log`)
      for (const alert of bed.apply({ type: 'vitals', ...place, timing: 'plausible', reading: record }))
        if (alert.transition === 'raised') raised.set(alert.condition, (nowMs - START_MS) / 1_000)
    }
  }
  return { bed, raisedS: (condition) => raised.get(condition) }
}

const STEPS_MS = [3_000, -3_000, 60_000, -60_000, 3_600_000, -3_600_000, 1_800_000, -1_800_000]

test('a clock that steps raises a technical alert, and one that is put right clears it', () => {
  for (const byMs of STEPS_MS) {
    const { bed, raisedS } = watched(monitor(300, (atS) => (atS >= 60 && atS < 150 ? byMs : 0), () => 80)) // prettier-ignore
    assert.deepEqual(told(bed.alerts), [`raised ${CLOCK} low on`, `cleared ${CLOCK} low off`], `${byMs} ms`)
    const foundS = (raisedS(CLOCK) ?? Infinity) - 60
    assert.ok(foundS <= 3, `${byMs} ms: found after ${foundS} s`)
    const [reason] = bed.alerts[0]?.reasons ?? []
    assert.equal(reason?.value, -byMs)
  }
})

test('an alarm that begins as the clock steps is late by 3 s at most', () => {
  const hr = (atS: number): number => (atS >= 60 ? 150 : 80)
  const right = watched(monitor(120, () => 0, hr)).raisedS('limit:hr:high')
  assert.ok(right !== undefined)
  for (const byMs of STEPS_MS) {
    for (const stepS of [52, 55, 58, 59, 60, 61, 63]) {
      const arrived = monitor(120, (atS) => (atS >= stepS ? byMs : 0), hr)
      const raised = watched(arrived).raisedS('limit:hr:high') ?? Infinity
      assert.ok(raised - right <= 3, `step of ${byMs} ms at ${stepS} s: ${raised - right} s late`)
      assert.ok(raised - right >= -2.5, `step of ${byMs} ms at ${stepS} s: ${raised - right} s early`)
    }
  }
})

test('a clock that drifts a second a minute delays no alarm and raises one technical alert', () => {
  for (const gainMs of [16, -16]) {
    const hr = (atS: number): number => (atS >= 600 ? 150 : 80)
    const right = watched(monitor(660, () => 0, hr)).raisedS('limit:hr:high') ?? NaN
    const { bed, raisedS } = watched(monitor(660, (atS) => gainMs * atS, hr))
    assert.ok(Math.abs((raisedS('limit:hr:high') ?? Infinity) - right) <= 1)
    assert.deepEqual(told(bed.alerts.filter(({ condition }) => condition === CLOCK)), [`raised ${CLOCK} low on`])
  }
})
