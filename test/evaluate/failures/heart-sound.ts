import { join } from 'node:path'
import { PCG_RATE_HZ } from '../../../src/predict/pcg-audio.ts'
import { readHeartSounds, readSound, type MurmurRecording } from '../heart-sound-recordings.ts'
import { HEART_SOUND, mean, scoreRecording, softmax } from '../heart-sound-scores.ts'
import { type Failure, type FailureSearch, worstOf } from './failure.ts'
import { spectrogramOf } from './spectrogram.ts'
import { wavOf } from './wav-file.ts'

const SITES: Record<string, string> = { AV: 'aortic', PV: 'pulmonary', TV: 'tricuspid', MV: 'mitral' }
const SHOWN_S = 8
const LEAST_S = 10
/** Beats that stand out less than this are hard to tell from what is between them. */
const FAINT_DB = 15

/** Children whose murmur it does not hear, or who have none where it hears one. */
export const heartSoundFailures: FailureSearch = {
  model: HEART_SOUND,
  source:
    'CirCor DigiScope Phonocardiogram Dataset (PhysioNet, doi 10.13026/tshs-mw03), ODC-BY 1.0; Oliveira J. et al., IEEE J. Biomed. Health Inform. 26(6):2524-2535, 2022',
  shows: `${SHOWN_S} s drawn from the recording: the wave, and below it the frequencies from 0 to 500 Hz, the loudest black`,
  async find({ folder, models, isDev }, say) {
    const sounds = await readHeartSounds(join(folder, 'heart-sound'))
    const judged = (sounds?.children ?? []).filter(({ heardHere, murmur }) => heardHere !== null || murmur === 'absent')
    const mistakes: { kind: string; badness: number; of: { recording: MurmurRecording; present: number } }[] = []
    for (const recording of judged) {
      const { murmur } = await scoreRecording(models, models.fileFor(recording.subject, isDev), recording.path)
      const present = mean(murmur.map((logits) => softmax(logits)[0] ?? NaN))
      const isThere = isPresent(recording)
      const badness = isThere ? 1 - present : present
      const isLong = (await readSound(recording.path)).length >= LEAST_S * PCG_RATE_HZ
      if (isLong) mistakes.push({ kind: isThere ? 'missed' : 'invented', badness, of: { recording, present } })
    }
    say(`${mistakes.length} recordings`)
    return Promise.all(worstOf(mistakes, 3).map(({ recording, present }) => failureOf(recording, present)))
  },
}

function isPresent({ murmur, heardHere }: MurmurRecording): boolean {
  return murmur === 'present' && heardHere !== false
}

async function failureOf(recording: MurmurRecording, present: number): Promise<Failure> {
  const sound = await readSound(recording.path)
  const there = isPresent(recording)
  const { ageGroup, murmur, record, site } = recording
  const who = ageGroup === '' ? 'a child of an age that is not known' : ageGroup.toLowerCase()
  const contrast = contrastDb(sound)
  const because = [
    `the loudest parts stand ${contrast.toFixed(0)} dB out of the rest${contrast < FAINT_DB ? ', which is little: noise, or a murmur that fills the beat' : ''}`,
    ...(there
      ? []
      : [
          murmur === 'present'
            ? 'the child has a murmur that was heard at another site'
            : 'nobody heard a murmur in this child',
        ]),
  ]
  return {
    record,
    truth: `${who}, ${SITES[site] ?? 'another'} site: experts heard ${there ? 'a murmur' : 'no murmur'} here`,
    said: `murmur present with ${percent(present)}`,
    because,
    drawing: await spectrogramOf(sound.subarray(0, SHOWN_S * PCG_RATE_HZ)),
    original: wavOf(sound, PCG_RATE_HZ),
  }
}

/** The loudest tenth of pieces of 50 ms against their median, in decibels. */
function contrastDb(sound: Float64Array): number {
  const piece = PCG_RATE_HZ / 20
  const powers = Array.from({ length: Math.floor(sound.length / piece) }, (_, index) =>
    sound.subarray(index * piece, (index + 1) * piece).reduce((sum, value) => sum + value ** 2, 1e-12),
  ).sort((a, b) => a - b)
  const at = (share: number): number => powers[Math.floor(share * (powers.length - 1))] ?? NaN
  return 10 * Math.log10(at(0.95) / at(0.5))
}

export function percent(share: number): string {
  if (share > 0 && share < 0.005) return 'less than 1 %'
  return share < 1 && share >= 0.995 ? 'more than 99 %' : `${(100 * share).toFixed(0)} %`
}
