import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { alarms } from './alarms.ts'
import { writeCardFigures } from './card-figures.ts'
import type { Evaluation, FigureRow } from './evaluation.ts'
import { heartSounds } from './heart-sounds.ts'
import { mortality } from './mortality.ts'
import { notes } from './notes.ts'
import { procedureFrames } from './procedure-frames.ts'
import { nested, tableOf } from './report.ts'
import { ScoringModels } from './scoring-models.ts'
import { sepsis } from './sepsis.ts'
import { siteTuning } from './site-tuning.ts'
import { ward } from './ward.ts'

const EVALUATIONS: readonly Evaluation[] = [
  heartSounds,
  siteTuning,
  sepsis,
  mortality,
  alarms,
  procedureFrames,
  notes,
  ward,
]

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string' },
    'write-cards': { type: 'boolean', default: false },
  },
})
const chosen = EVALUATIONS.filter(({ name }) => options.only === undefined || options.only.split(',').includes(name))
if (chosen.length === 0) {
  say(`--only names some of ${EVALUATIONS.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}
const isDev = options.data === undefined
if (options['write-cards'] && !isDev) {
  say('--write-cards goes with the data that the models were made from: the cards say so')
  process.exit(1)
}
const folder = resolve(options.data ?? join(PACKAGE_ROOT, '..', 'shared', 'data'))

const rows: FigureRow[] = []
const models = new ScoringModels()
for (const { name, run } of chosen) {
  say(`${name} …`)
  try {
    const measured = await run({ folder, isDev, models }, say)
    if (measured.length === 0) say(`${name}: the folder has no such data`)
    rows.push(...measured)
  } catch (error) {
    // What the others measured is not lost for it.
    say(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
const how = isDev ? 'each subject scored by a model that was trained without him' : 'scored by the models that ship'
process.stdout.write(`${how}\n\n${tableOf(rows)}`)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(nested(rows), null, 2)}\n`)
if (options['write-cards']) say(`cards written: ${(await writeCardFigures(rows, 'test')).join(', ')}`)
// ONNX Runtime's threads would keep the process.
process.exit(process.exitCode)
