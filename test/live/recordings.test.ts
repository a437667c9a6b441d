import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { defaultConfig, PACKAGE_ROOT, recordingsFolder } from '../../src/config.ts'
import { withoutRecordings } from '../support/prerequisites.ts'
import { stored } from './stored.ts'
import { eventually, WardProcess } from './ward-process.ts'

interface Counted {
  n: number
}

/** The first file below a folder of the recordings that fits. */
function first(folder: string, fits: RegExp): string {
  const root = join(recordingsFolder(defaultConfig()) ?? '', folder)
  const file = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .find((name) => fits.test(name))
  assert.ok(file !== undefined, `nothing like ${fits} in ${folder}`)
  return join(root, file)
}

/** Numerics and waveforms of one ICU record; the waveforms are unpacked by the script that lies beside them. */
function icuRecord(folder: string): [string, string] {
  const numerics = first('vitals/bidmc/csv', /_Numerics\.csv$/)
  const name = basename(numerics).replace('_Numerics.csv', '')
  const vitals = join(dirname(numerics), '..', '..')
  const signals = join(folder, `${name}_Signals.csv`)
  mkdirSync(folder, { recursive: true })
  const packed = join(vitals, 'bidmc/signals', name)
  const { status, stderr } = spawnSync('python3', [join(vitals, 'dpk.py'), 'bidmc', packed, signals], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return [numerics, signals]
}

describe('vigil acquire on real recordings', { skip: withoutRecordings() }, () => {
  const ward = new WardProcess(['--demo', 'off'])
  after(() => ward.remove())

  before(() => {
    const args = ['--patient', 'recorded', '--unit', 'icu', '--bed', 'Bed 1', '--mode', 'test', '--speed', 'max']
    const [numerics, waveforms] = icuRecord(join(ward.dataDir, 'unpacked'))
    const files = [
      ['--vitals', numerics],
      ['--vitals', waveforms],
      ['--heart-sound', first('heart-sound/circor', /\.flac$/)],
      ['--video', first('video/clips', /\.(mp4|avi)$/)],
    ].flat()
    const main = join(PACKAGE_ROOT, 'dist/src/main.js')
    const { status, stdout, stderr } = spawnSync('node', [main, 'acquire', '--data', ward.dataDir, ...args, ...files], {
      encoding: 'utf8',
      timeout: 120_000,
    })
    assert.equal(status, 0, `${stdout}${stderr}`)
  })

  it('runs through to stored windows and predictions', async () => {
    await ward.start()
    // The last windows wait for nobody: the feed is over, so its sources turn idle and the bounded wait closes them.
    await eventually('windows with sound', 60_000, async () => (await ward.metric('vigil_predictions_total')) >= 10)
    await eventually('all of it is stored', 60_000, async () => {
      const answered = await ward.metric('vigil_predictions_total')
      const kinds = ['numerics', 'waveform_stretches', 'heart_sounds', 'frames']
      const rows = await Promise.all(kinds.map((table) => ward.metric('vigil_rows_stored_total', `table="${table}"`)))
      const predictions = await ward.metric('vigil_rows_stored_total', 'table="predictions"')
      return rows.every((count) => count > 0) && predictions === answered
    })
    assert.equal(await ward.end(), 0)

    const rows = await stored<Counted>(ward.dataDir, {
      numerics: `select count(*)::int as n from numerics where patient_id = 'recorded' and value is not null`,
      waveforms: `select count(*)::int as n from waveform_stretches where patient_id = 'recorded' and octet_length(samples) > 0`,
      sounds: `select count(*)::int as n from heart_sounds where patient_id = 'recorded'`,
      frames: `select count(*)::int as n from frames where patient_id = 'recorded'`,
      windows: `select count(*)::int as n from windows where patient_id = 'recorded'`,
      whole: `select count(*)::int as n from windows where vitals_count > 0 and pcg_count > 0 and video_count > 0`,
      predictions: `select count(*)::int as n from predictions where patient_id = 'recorded'`,
      heard: `select count(*)::int as n from predictions where parts::text ~ 'heart-sound|:pcg' and model is not null`,
      beats: `select count(distinct code)::int as n from waveform_stretches where code in ('ecg', 'pleth', 'resp')`,
      pairs: `select count(*)::int as n from windows join predictions using (patient_id, window_start)`,
    })
    const n = (name: string): number => rows[name]?.[0]?.n ?? 0
    for (const name of ['numerics', 'waveforms', 'sounds', 'frames', 'windows', 'whole', 'predictions', 'heard'])
      assert.ok(n(name) > 0, name)
    assert.equal(n('beats'), 3, 'ECG, pleth and respiration of the record')
    assert.equal(n('pairs'), n('windows'), 'every window has its prediction')
    assert.equal(n('predictions'), n('windows'))
  })
})
