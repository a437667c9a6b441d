import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { planAcquire } from '../../src/acquire/acquire-plan.ts'
import { LocalTime, UTC } from '../../src/acquire/local-time.ts'
import { allReadings, opened, temporaryFolder } from './recordings.ts'

const BERLIN = new LocalTime('Europe/Berlin')
const iso = (timeMs: number): string => new Date(timeMs).toISOString()

/** A table with a row at each time. */
function tableOf(times: readonly string[]): string {
  const path = join(temporaryFolder(), 'table.csv')
  writeFileSync(path, ['time,HR', ...times.map((time) => `${time},80`), ''].join('\n'))
  return path
}

/** What a wall clock in Berlin shows every ten minutes. */
function wallTimes(from: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const timeMs = Date.parse(from) + index * 600_000
    return new Date(timeMs).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' }).replace(' ', 'T')
  })
}

test('a time that names a zone means that, one that names none is of the zone of the feed', () => {
  for (const local of [UTC, BERLIN]) {
    assert.equal(iso(local.parse('2026-07-01T12:00:00Z')), '2026-07-01T12:00:00.000Z')
    assert.equal(iso(local.parse('2026-07-01T12:00:00-05:00')), '2026-07-01T17:00:00.000Z')
  }
  assert.equal(iso(UTC.parse('2026-07-01T12:00:00.250')), '2026-07-01T12:00:00.250Z')
  assert.equal(iso(BERLIN.parse('2026-07-01T12:00:00.250')), '2026-07-01T10:00:00.250Z')
  assert.equal(iso(BERLIN.parse('2026-01-01 12:00')), '2026-01-01T11:00:00.000Z')
  assert.ok(Number.isNaN(BERLIN.parse('25:00 o’clock')))
})

test('the hour that comes twice in autumn is told apart by the order of the rows', async () => {
  // 02:00 to 02:59 is shown twice: 00:00 to 01:59 UTC.
  const times = wallTimes('2026-10-24T23:00:00Z', 24)
  assert.deepEqual([times[6], times[12]], ['2026-10-25T02:00:00', '2026-10-25T02:00:00'])
  const recording = await opened(tableOf(times), { local: BERLIN })
  const offsets = (await allReadings(recording)).map(({ offsetMs }) => offsetMs)
  assert.deepEqual(offsets, times.map((_, index) => index * 600_000)) // prettier-ignore
  assert.equal(recording.durationMs, 24 * 600_000)
})

test('the hour that is left out in spring is no gap', async () => {
  const times = wallTimes('2026-03-29T00:00:00Z', 12)
  assert.deepEqual([times[5], times[6]], ['2026-03-29T01:50:00', '2026-03-29T03:00:00'])
  const readings = await allReadings(await opened(tableOf(times), { local: BERLIN }))
  assert.deepEqual(readings.map(({ offsetMs }) => offsetMs), times.map((_, index) => index * 600_000)) // prettier-ignore
  // A device that has not been moved on shows an hour that is none.
  assert.equal(iso(BERLIN.parse('2026-03-29T02:30:00')), '2026-03-29T01:30:00.000Z')
})

test('the zone of this process means nothing', async () => {
  const before = process.env['TZ']
  try {
    process.env['TZ'] = 'America/New_York'
    const times = ['2026-03-08T01:59:59', '2026-03-08T02:00:00', '2026-03-08T02:00:01', '2026-03-08T03:00:00']
    const readings = await allReadings(await opened(tableOf(times)))
    assert.deepEqual(readings.map(({ offsetMs }) => offsetMs), [0, 1_000, 2_000, 3_601_000]) // prettier-ignore
  } finally {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  }
})

test('vigil acquire takes the zone of its files and of --start, and refuses one that nobody knows', () => {
  const argv = ['--patient', 'p', '--unit', 'u', '--bed', 'b', '--vitals', 'f.csv', '--start', '2026-07-01T12:00']
  const startOf = (more: readonly string[]): unknown => {
    const planned = planAcquire([...argv, ...more])
    return planned.ok ? planned.plan.start : planned.problems
  }
  assert.equal(startOf([]), Date.parse('2026-07-01T12:00:00Z'))
  assert.equal(startOf(['--time-zone', 'Europe/Berlin']), Date.parse('2026-07-01T10:00:00Z'))
  assert.deepEqual(startOf(['--time-zone', 'Mars/Olympus']), [
    '--time-zone is a name of the IANA database, such as Europe/Berlin',
  ])
})
