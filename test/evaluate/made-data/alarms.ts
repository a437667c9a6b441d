import { join } from 'node:path'
import { bellShaped, mixedSeed, seededRandom, type SeededRandom } from '../../../src/acquire/seeded-random.ts'
import { put, writeTable } from './tables.ts'
import { xzOf } from './xz-file.ts'

const KINDS = ['Asystole', 'Bradycardia', 'Tachycardia', 'Ventricular_Tachycardia', 'Ventricular_Flutter_Fib'] as const
const RATE_HZ = 250
const SAMPLES = 60 * RATE_HZ
const INVALID = -32_768

interface Channel {
  label: string
  unit: string
  gain: number
  baseline: number
  /** mV, mmHg or its own unit at a phase of the beat, 0 to 1 */
  at(phase: number): number
}

const LEADS: Readonly<Record<string, Channel>> = {
  II: { label: 'II', unit: 'mV', gain: 4_211.5, baseline: -120, at: qrs },
  V: { label: 'V', unit: 'mV', gain: 1.052e4, baseline: 8_880, at: (phase) => -0.6 * qrs(phase) },
  ABP: { label: 'ABP', unit: 'mmHg', gain: 187.3, baseline: -9_000, at: (phase) => 80 + 40 * pulse(phase) },
  PLETH: { label: 'PLETH', unit: 'NU', gain: 1.253e4, baseline: 6_287, at: pulse },
}
const HEARD: readonly (readonly string[])[] = [
  ['II', 'V', 'PLETH'],
  ['V', 'ABP'],
  ['II', 'V', 'ABP', 'PLETH'],
]

/** A minute of a heart that does what the alarm says, or does not; with places where nothing was measured. */
export async function writeAlarms(data: string): Promise<void> {
  const folder = join(data, 'vitals', 'cinc2015_false_alarm')
  const alarms = KINDS.flatMap((kind, index) =>
    [true, false].map((isTrue) => ({ kind, isTrue, number: 2 * index + Number(isTrue) })),
  )
  await writeTable(
    join(folder, 'records.csv'),
    alarms.map(({ kind, isTrue, number }) => ({
      ...{ record: `m${number}l`, split: 'made', alarm_type: kind, true_alarm: Number(isTrue), kind: 'l' },
      ...{ signals: heardIn(number).join(' '), full_included: 0 },
    })),
  )
  for (const { kind, isTrue, number } of alarms) {
    const random = seededRandom(mixedSeed(number, 2))
    const phases = phasesOf(isTrue ? kind : 'none', random)
    const channels = heardIn(number).flatMap((label) => LEADS[label] ?? [])
    const stem = join(folder, 'win60', `m${number}l`)
    const lines = channels.map(
      ({ label, unit, gain, baseline }) => `m${number}l.mat 16+24 ${gain}/${unit} 16 ${baseline} 0 0 0 ${label}`,
    )
    await put(
      `${stem}.hea`,
      [`m${number}l ${channels.length} ${RATE_HZ} ${SAMPLES}`, ...lines, `#${kind}`, ''].join('\n'),
    )
    await put(`${stem}.dxz`, xzOf(Buffer.concat(channels.map((channel) => deltas(channel, phases, random)))))
  }
}

function heardIn(number: number): readonly string[] {
  return HEARD[number % HEARD.length] ?? []
}

/** By sample where in its beat the heart is; NaN: it stands still. */
function phasesOf(happens: string, random: SeededRandom): Float64Array {
  const phases = new Float64Array(SAMPLES)
  let phase = 0
  for (let index = 0; index < SAMPLES; index++) {
    const inLast = index > SAMPLES - 10 * RATE_HZ
    const perMinute = !inLast
      ? 80
      : ({ Bradycardia: 34, Tachycardia: 155, Ventricular_Tachycardia: 170, Ventricular_Flutter_Fib: 320 }[happens] ??
        80)
    phase = (phase + (perMinute * (0.98 + 0.04 * random())) / 60 / RATE_HZ) % 1
    phases[index] = inLast && happens === 'Asystole' ? NaN : phase
  }
  return phases
}

function deltas({ gain, baseline, at }: Channel, phases: Float64Array, random: SeededRandom): Buffer {
  const bytes = Buffer.alloc(2 * phases.length)
  const lostFrom = Math.floor(random() * 0.8 * phases.length)
  let before = 0
  phases.forEach((phase, index) => {
    const isLost = index >= lostFrom && index < lostFrom + RATE_HZ
    const value = (Number.isNaN(phase) ? at(0.6) : at(phase)) + 0.004 * bellShaped(random)
    const adc = isLost ? INVALID : Math.max(-32_767, Math.min(32_767, Math.round(value * gain + baseline)))
    bytes.writeUInt16LE((adc - before) & 0xffff, 2 * index)
    before = adc
  })
  return bytes
}

function qrs(phase: number): number {
  return (
    1.2 * Math.exp(-(((phase - 0.2) / 0.02) ** 2)) -
    0.25 * Math.exp(-(((phase - 0.25) / 0.02) ** 2)) +
    0.2 * Math.exp(-(((phase - 0.5) / 0.06) ** 2))
  )
}

function pulse(phase: number): number {
  return Math.exp(-(((phase - 0.4) / 0.1) ** 2)) + 0.35 * Math.exp(-(((phase - 0.65) / 0.08) ** 2))
}
