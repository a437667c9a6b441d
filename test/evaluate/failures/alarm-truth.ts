import { join } from 'node:path'
import { STRETCH_PLACES, STRETCH_RATE_HZ, STRETCH_SAMPLES } from '../../../src/predict/waveform-stretch.ts'
import { ALARM_TRUTH, judge, type Judged, readAlarms } from '../alarms.ts'
import { readPackedWaveforms } from '../packed-waveforms.ts'
import { type Failure, type FailureSearch, worstOf } from './failure.ts'
import { percent } from './heart-sound.ts'
import { stripOf } from './strip.ts'

const SHOWN_S = 12
const NAMES: Record<(typeof STRETCH_PLACES)[number], string> = {
  ecg_1: 'ECG',
  ecg_2: 'ECG',
  abp: 'ABP',
  pleth: 'pleth',
}

/** Alarms that it would hold back and that were true, and false ones that it believes. */
export const alarmFailures: FailureSearch = {
  model: ALARM_TRUTH,
  source:
    'PhysioNet/Computing in Cardiology Challenge 2015, ODC-By 1.0; Clifford G.D. et al., Computing in Cardiology 42:273-276, 2015; Goldberger A. et al., Circulation 101(23):e215-e220, 2000',
  shows: `the last ${SHOWN_S} s before the alarm, drawn from the record at ${STRETCH_RATE_HZ} Hz, each channel to its own height`,
  async find(data, say) {
    const folder = join(data.folder, 'vitals', 'cinc2015_false_alarm')
    const judged = await judge(data, await readAlarms(folder))
    say(`${judged.length} alarms`)
    const mistakes = judged.map((of) => ({
      kind: of.alarm.isTrue ? 'held back' : 'believed',
      badness: of.alarm.isTrue ? 1 - of.probability : of.probability,
      of,
    }))
    return Promise.all(worstOf(mistakes, 3).map((one) => failureOf(one, folder)))
  },
}

async function failureOf({ alarm, probability }: Judged, folder: string): Promise<Failure> {
  const { placed, record, kind, isTrue } = alarm
  const channels = STRETCH_PLACES.flatMap((place, index) => {
    const from = (index + 1) * STRETCH_SAMPLES - SHOWN_S * STRETCH_RATE_HZ
    const values = placed.waveforms.slice(from, from + SHOWN_S * STRETCH_RATE_HZ)
    const mask = placed.mask.subarray(from, from + values.length)
    const measured = mask.reduce((sum, there) => sum + there, 0) / values.length
    values.forEach((_, at) => (mask[at] === 1 ? undefined : (values[at] = NaN)))
    return measured > 0 ? [{ place, label: NAMES[place], values, measured }] : []
  })
  const whole = await readPackedWaveforms(join(folder, 'win60', record))
  const leads = channels.filter(({ place }) => place.startsWith('ecg')).length
  const pulses = channels.length - leads
  const partly = channels.filter(({ measured }) => measured < 0.98)
  const lack = partly.map(({ label, measured }) => `${label} lacks in ${percent(1 - measured)} of what is shown`)
  return {
    record,
    truth: `${kind.replaceAll('_', ' ').toLowerCase()} alarm that the experts called ${isTrue ? 'true' : 'false'}`,
    said: `true with ${percent(probability)}`,
    because: [
      `it had ${leads} ECG lead${leads === 1 ? '' : 's'} and ${pulses} pulse signal${pulses === 1 ? '' : 's'}${pulses === 0 ? ' to compare them with' : ''}`,
      ...lack,
    ],
    drawing: stripOf(channels, `${SHOWN_S} s before`, 'the alarm'),
    original: stripOf(
      whole.map(({ label, samples }) => ({ label, values: samples })),
      '60 s before',
      'the alarm',
    ),
  }
}
