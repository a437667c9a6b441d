import { join } from 'node:path'
import sharp from 'sharp'
import { mixedSeed, seededRandom } from '../../../src/acquire/seeded-random.ts'
import { put, writeTable } from './tables.ts'

const WIDTH = 200
const HEIGHT = 150

/** What a question's frames are called, and the colour of tissue, of none, and of what covers it. */
const TASKS = [
  {
    task: 'view_state',
    source_set: 'made-laparoscopy',
    labels: ['view_ok', 'view_compromised', 'no_signal'],
    subject: (one: number) => `v9${one}`,
  },
  {
    task: 'instrument_present',
    source_set: 'made-laryngoscopy',
    labels: ['instrument', 'no_instrument'],
    subject: (one: number) => `patient1/seq9${one}`,
  },
  {
    task: 'lung_abnormal',
    source_set: 'made-ultrasound',
    labels: ['abnormal_lung', 'normal_lung'],
    subject: (one: number) => `pat9${one}/clip_1`,
  },
] as const
const SUBJECTS = 4

/** Coloured clouds: no procedure at all, so that what is said of them says only that they were read. */
export async function writeFrames(data: string): Promise<void> {
  const folder = join(data, 'video')
  const rows = TASKS.flatMap(({ task, source_set, labels, subject }) =>
    Array.from({ length: SUBJECTS }, (_, one) => one).flatMap((one) =>
      labels.map((label) => ({
        ...{
          file: `frames/${task}_${one}_${label}.jpg`,
          label,
          source_set,
          source_repo: 'made',
          subject_or_video: subject(one),
        },
        ...{
          split: 'made',
          kind: 'frame',
          task,
          licence: 'made',
          label_source: 'made',
          extra: `tool_frac=0.${one};probe=convex`,
        },
      })),
    ),
  )
  await writeTable(join(folder, 'manifest.csv'), rows)
  for (const [number, { file, label }] of rows.entries()) {
    const data = label === 'no_signal' ? Buffer.alloc(WIDTH * HEIGHT * 3) : clouds(number)
    const image = sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    await put(join(folder, file), await image.jpeg({ quality: 85 }).toBuffer())
  }
}

function clouds(seed: number): Buffer {
  const random = seededRandom(mixedSeed(seed, 5))
  const waves = Array.from(
    { length: 12 },
    () => [random() * 0.12, random() * 0.12, random() * 6.28, 12 + 20 * random()] as const,
  )
  const ground = [90 + 120 * random(), 40 + 90 * random(), 40 + 80 * random()]
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      for (const [channel, level] of ground.entries()) {
        const light = waves
          .slice(channel * 4, channel * 4 + 4)
          .reduce((sum, [across, down, shift, size]) => sum + size * Math.sin(across * x + down * y + shift), 0)
        pixels[(y * WIDTH + x) * 3 + channel] = Math.max(0, Math.min(255, Math.round(level + light)))
      }
  return pixels
}
