import { join } from 'node:path'
import { bellShaped, mixedSeed, seededRandom } from '../../../src/acquire/seeded-random.ts'
import { flacOf } from '../../predict/flac.ts'
import { beats, chunk } from '../../predict/windows.ts'
import { put, writeTable } from './tables.ts'

const RATE_HZ = 1_000
const CHILDREN = 15
const OF_A_HOSPITAL = 10
const MURMURS = ['present', 'absent', 'unknown'] as const

/** Hearts that nobody has, a hiss in the systole of some; 4 s each, so that windows are partly masked, and one that is longer than a window. */
export async function writeHeartSounds(data: string): Promise<void> {
  const folder = join(data, 'heart-sound')
  const children = Array.from({ length: CHILDREN }, (_, child) => {
    const murmur = MURMURS[child % MURMURS.length] ?? 'absent'
    return {
      ...{ file: `circor/${9_000 + child}_MV.flac`, source_set: 'circor', record: `${9_000 + child}_MV` },
      ...{ subject: `circor-${9_000 + child}`, site: 'MV', label: `murmur_${murmur}` },
      ...{
        outcome: murmur === 'absent' ? 'Normal' : 'Abnormal',
        age_group: 'Child',
        sex: child % 2 === 0 ? 'Female' : 'Male',
      },
      ...{
        signal_quality: '',
        original_rate_hz: 4_000,
        seconds: child === 0 ? 13 : 4,
        split: 'made',
        holdout_kind: '',
        sha256: `${child}`,
      },
    }
  })
  const hospitals = (['a', 'c'] as const).flatMap((hospital) =>
    Array.from({ length: OF_A_HOSPITAL }, (_, index) => ({
      ...{ file: `physionet2016/${hospital}${index}.flac`, source_set: 'physionet2016', record: `${hospital}${index}` },
      ...{ subject: '', site: `training-${hospital}`, label: index % 2 === 0 ? 'abnormal' : 'normal', outcome: '' },
      ...{ age_group: '', sex: '', signal_quality: index === 3 ? 'poor' : 'good', original_rate_hz: 2_000, seconds: 4 },
      ...{
        split: 'made',
        holdout_kind: hospital === 'a' ? 'in_domain' : 'out_of_domain',
        sha256: `${hospital}${index}`,
      },
    })),
  )
  const all = [...children, ...hospitals]
  await writeTable(join(folder, 'manifest.csv'), all)
  await writeTable(
    join(folder, 'circor_reference_hr.csv'),
    children.map(({ file, label }) => ({
      ...{ file, hr_bpm_ref: 75, beats_used: 5 },
      murmur_at_site: label === 'murmur_present' ? 'yes' : 'no',
    })),
  )
  for (const [number, { file, label, seconds }] of all.entries()) {
    const hisses = label === 'murmur_present' || label === 'abnormal'
    const flac = await flacOf(heartSound(number, seconds, hisses))
    // Into a pipe ffmpeg cannot write how many samples they became (STREAMINFO, RFC 9639, 8.2).
    flac.writeUInt32BE(seconds * RATE_HZ, 22)
    await put(join(folder, file), flac)
  }
}

function heartSound(seed: number, seconds: number, hisses: boolean): Parameters<typeof flacOf>[0] {
  const random = seededRandom(mixedSeed(seed, 1))
  const samples = Buffer.alloc(2 * seconds * RATE_HZ)
  for (let index = 0; index < seconds * RATE_HZ; index++) {
    const second = index / RATE_HZ
    const inSystole = second % 0.8 > 0.08 && second % 0.8 < 0.28
    const noise = (0.004 + (hisses && inSystole ? 0.05 : 0)) * bellShaped(random)
    samples.writeInt16LE(Math.round((beats(second) + noise) * 20_000), 2 * index)
  }
  return chunk(0, { sampleRateHz: RATE_HZ, sampleCount: seconds * RATE_HZ, samples })
}
