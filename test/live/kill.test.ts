import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { seededRandom } from '../../src/acquire/seeded-random.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { stored } from './stored.ts'
import { clock, eventually, WardProcess } from './ward-process.ts'

const KILLS = 10
// Replayed recordings are decoded in the background and join in when they are ready; simulated beds are a function of time.
const SETTINGS = ['--demo', 'on', '--recordings', 'none']

interface Row {
  patient_id: string
  at: Date
  content: string
}

const QUERIES = {
  windows: `select patient_id, window_start as at, concat_ws(' ', vitals_count, pcg_count, video_count, content_digest) as content
            from windows order by patient_id, window_start`,
  predictions: `select patient_id, window_start as at, concat_ws(' ', id, rung, risk, parts) as content
                from predictions order by patient_id, window_start`,
  alerts: `select patient_id, onset_time as at, concat_ws(' ', alert_id, condition, priority) as content
           from alerts where transition = 'raised' and kind = 'physiological' order by patient_id, onset_time, condition`,
  transitions: `select patient_id, event_time as at, concat_ws(' ', bed_sequence, id) as content from alerts`,
}

describe('a ward that is killed ten times', () => {
  const disturbed = new WardProcess(SETTINGS)
  const undisturbed = new WardProcess(SETTINGS)

  before(async () => {
    // The same ward, seed and start in two data folders: what they are fed is the same to the byte.
    const startMs = Math.floor(clock.nowMs() / 10_000) * 10_000 - 10_000
    for (const { dataDir } of [disturbed, undisturbed]) {
      mkdirSync(dataDir, { recursive: true })
      writeFileSync(
        join(dataDir, 'demo-ward.json'),
        JSON.stringify({ startMs, publishedThroughMs: startMs, clocks: {} }),
      )
    }
    await Promise.all([disturbed.start(), undisturbed.start()])
  })

  after(() => Promise.all([disturbed.remove(), undisturbed.remove()]))

  it('stores the windows and raises the alerts of an undisturbed one, none missing, none twice', async () => {
    const random = seededRandom(4)
    for (let kill = 0; kill < KILLS; kill++) {
      await clock.sleep(1_500 + Math.floor(random() * 4_000))
      await disturbed.end('SIGKILL')
      await disturbed.start()
    }
    await clock.sleep(25_000)
    const listed = await disturbed.get<AlertView[]>('/api/alerts?limit=1000')
    assert.equal(new Set(listed.map(({ id }) => id)).size, listed.length, 'the screen shows no alert twice')
    for (const ward of [disturbed, undisturbed]) {
      await eventually(
        'the archive has caught up',
        60_000,
        async () => (await ward.metric('vigil_archive_behind_ms')) < 1_500,
      )
      assert.equal(await ward.end('SIGINT'), 0)
    }

    const [got, expected] = [
      await stored<Row>(disturbed.dataDir, QUERIES),
      await stored<Row>(undisturbed.dataDir, QUERIES),
    ]
    const newest = (rows: Row[] = []): number => Math.max(...rows.map(({ at }) => at.getTime()))
    const untilMs = Math.min(newest(got['windows']), newest(expected['windows'])) - 20_000
    for (const table of ['windows', 'predictions', 'alerts'] as const) {
      const lines = (rows: Row[] = []): string[] =>
        rows
          .filter(({ at }) => at.getTime() < untilMs)
          .map((row) => `${row.patient_id} ${row.at.toISOString()} ${row.content}`)
      assert.ok(lines(expected[table]).length > 0, table)
      assert.deepEqual(lines(got[table]), lines(expected[table]), table)
    }
    const transitions = (got['transitions'] ?? []).map(
      ({ patient_id, content }) => `${patient_id} ${content.split(' ')[0] ?? ''}`,
    )
    assert.equal(new Set(transitions).size, transitions.length, 'no number of a bed was given twice')
  })
})
