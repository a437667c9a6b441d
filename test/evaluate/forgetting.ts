import { createHash } from 'node:crypto'
import { bellShaped, seededRandom } from '../../src/acquire/seeded-random.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { PCG_LENGTH } from '../../src/predict/pcg-audio.ts'
import { heldAgainst, readAnchor } from '../../src/tune/anchor.ts'
import { objectionsTo } from '../../src/tune/gate.ts'
import type { Scored } from '../../src/tune/cross-fit.ts'
import { type Example, fitHead } from '../../src/tune/site-head.ts'
import type { EvaluationData, FigureRow } from './evaluation.ts'
import { type MurmurRecording, readSound } from './heart-sound-recordings.ts'
import { HEART_SOUND, windowsOf } from './heart-sound-scores.ts'

/** Of the data that training has, so many children by this hash are those of anchor.json (models/training/heart_sound/anchor.py). */
const ANCHOR_CHILDREN = 150
const SITE_CHILDREN = 200
const FEWEST_CHILDREN = 40
const STIFFNESS = 0.3
const [PRESENT, UNKNOWN, ABSENT] = [0, 1, 2]
const CLASSES = ['present', 'unknown', 'absent']

/**
 * What a head of a site makes heart-sound forget of the children it brings: a site of other children, heard through another stethoscope, that
 * labels honestly, with as many murmurs as none, or wrongly. Above 0.1 `vigil fine-tune` refuses it.
 */
export async function forgettingRows(
  { models, isDev }: EvaluationData,
  recordings: readonly MurmurRecording[],
): Promise<FigureRow[]> {
  const order = (subject: string): string => createHash('sha256').update(`anchor/${subject}`).digest('hex')
  const children = [...new Set(recordings.map(({ subject }) => subject))].sort((a, b) => (order(a) < order(b) ? -1 : 1))
  const first = isDev ? ANCHOR_CHILDREN : 0
  const site = new Set(children.slice(first, first + SITE_CHILDREN))
  const read = await readModelFolder(HEART_SOUND)
  const murmur = read.ok ? read.folder.card.answers.find(({ finding }) => finding === 'murmur') : undefined
  if (!read.ok || murmur === undefined || site.size < FEWEST_CHILDREN) return []
  const anchor = await readAnchor(read.folder, murmur)
  if (anchor.length === 0) return []
  const examples: Example[] = []
  for (const recording of recordings.filter(({ subject }) => site.has(subject))) {
    const sound = elsewhere(await readSound(recording.path), examples.length)
    const { pooled, probabilities } = await models.run(HEART_SOUND, 'model.onnx', windowsOf(sound))
    if (pooled === undefined || probabilities === undefined) throw new Error(`${HEART_SOUND} lacks an output`)
    const parent = Float64Array.from(probabilities.data)
    examples.push({ subject: recording.subject, label: labelOf(recording), embedding: pooled.data, parent, groups: {} })
  }
  return Object.entries(TABLES).map(([key, { says, labels }]) => {
    const labelled = labels(examples)
    const held = heldAgainst(anchor, labelled, fitHead(labelled, STIFFNESS))
    const refused = objectionsTo([], [], held, 0).length > 0
    return {
      model: HEART_SOUND,
      measure: 'fine-tuned on murmurs: cross-entropy lost on children it brings',
      group: says,
      key: `fineTune.murmur.${key}.lost`,
      figure: { value: lostOn(held), interval95: null, n: labelled.length },
      simple: null,
      note: refused ? 'refused' : 'let through',
    }
  })
}

interface Table {
  says: string
  labels(examples: readonly Example[]): readonly Example[]
}

const TABLES: Readonly<Record<string, Table>> = {
  honest: { says: 'honest labels', labels: (examples) => examples },
  evenly: {
    says: 'honest labels, as many murmurs as none, none unknown',
    labels: (examples) => {
      const present = examples.filter(({ label }) => label === PRESENT)
      return [...present, ...examples.filter(({ label }) => label === ABSENT).slice(0, present.length)]
    },
  },
  partlyWrong: { says: 'three labels in ten swapped', labels: (examples) => swapped(examples, 0.3) },
  byChance: { says: 'half of the labels swapped', labels: (examples) => swapped(examples, 0.5) },
  swapped: { says: 'all labels swapped', labels: (examples) => swapped(examples, 1) },
}

function swapped(examples: readonly Example[], share: number): Example[] {
  const random = seededRandom(1)
  return examples.map((example) =>
    random() < share && example.label !== UNKNOWN ? { ...example, label: PRESENT + ABSENT - example.label } : example,
  )
}

function labelOf({ murmur, heardHere }: MurmurRecording): number {
  return CLASSES.indexOf(murmur === 'present' && heardHere === false ? 'absent' : murmur)
}

/** The first 10 s through a duller stethoscope with a hiss. */
function elsewhere(sound: Float64Array, seed: number): Float64Array {
  const random = seededRandom(seed)
  let dull = 0
  return sound.slice(0, PCG_LENGTH).map((value) => {
    dull += 0.25 * (value - dull)
    return 0.35 * value + 0.8 * dull + 0.003 * bellShaped(random)
  })
}

function lostOn(held: readonly Scored[]): number {
  const loss = (probabilities: Float64Array, label: number): number =>
    -Math.log(Math.max(probabilities[label] ?? 0, 1e-6))
  const lost = held.map(({ example: { label }, parent, site }) => loss(site, label) - loss(parent, label))
  return lost.reduce((sum, value) => sum + value, 0) / lost.length
}
