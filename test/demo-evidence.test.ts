import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../src/clock.ts'
import { defaultConfig } from '../src/config.ts'
import { Metrics } from '../src/metrics.ts'
import { EVIDENCE_NAMES, evidenceOf } from '../src/predict/evidence.ts'
import { createPredictor } from '../src/predict/predictor.ts'
import type { Prediction } from '../src/reading.ts'
import { recordEpisode } from './support/episode.ts'
import { play } from './support/episode-run.ts'

/*
 * The demo ward is where people see the fused model at work, so every kind of evidence must count there on simulated beds:
 * a change of the model, of its gates or of what the simulator makes that calls it all strange is seen here.
 */
const predictor = createPredictor({
  config: defaultConfig({ predictDeadlineMs: 20_000 }),
  clock: new SystemClock(),
  metrics: new Metrics(),
  logger: pino({ level: 'silent' }),
})
before(() => predictor.start())
after(() => predictor.stop())

/** The whole windows of a stretch of a bed's script. */
async function windowsOf(bed: number, fromS: number, toS: number): Promise<Prediction[]> {
  const { predictions } = await play(await recordEpisode({ name: '', bed, fromS, toS }), predictor)
  const whole = predictions.map(({ record }) => record).filter(({ videoCount }) => videoCount > 5)
  assert.ok(whole.length >= 2)
  return whole
}

function counted({ parts }: Prediction): string[] {
  return parts.flatMap(({ scorer }) => evidenceOf(scorer) ?? [])
}

function findings(windows: readonly Prediction[], evidence: string): string[] {
  return windows.flatMap(({ parts }) =>
    parts
      .filter(({ scorer }) => evidenceOf(scorer) === evidence)
      .flatMap((part) => part.findings.map(({ code }) => code)),
  )
}

test('in a window of the second bed every kind of evidence counts, and the alarm of its tachycardia is called true', async () => {
  const windows = await windowsOf(1, 310, 345)
  assert.ok(
    windows.some((window) => EVIDENCE_NAMES.every((name) => counted(window).includes(name))),
    windows.map((window) => counted(window).join()).join(' | '),
  )
  assert.ok(findings(windows, 'waveforms').includes('arrhythmia alarm_true'))
})

test('the alarm of a loose electrode at the fourth bed counts, and is called false', async () => {
  const said = findings(await windowsOf(3, 180, 225), 'waveforms').filter((code) =>
    code.startsWith('arrhythmia alarm_'),
  )
  assert.ok(said.length >= 2)
  assert.deepEqual(new Set(said), new Set(['arrhythmia alarm_false']))
})

test('the lung of the first bed counts, and is called abnormal; that of the well one normal', async () => {
  assert.ok(findings(await windowsOf(0, 10, 45), 'video').includes('lung ultrasound_abnormal'))
  assert.ok(findings(await windowsOf(7, 10, 45), 'video').includes('lung ultrasound_normal'))
})

test('the sixth bed shows an abdomen that counts, and its view lost while the lens lies on the wall', async () => {
  const said = findings(await windowsOf(5, 280, 335), 'video')
  for (const state of ['ok', 'lost']) assert.ok(said.includes(`laparoscopic view_${state}`), said.join())
})
