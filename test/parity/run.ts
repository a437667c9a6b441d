import { parseArgs } from 'node:util'
import { writeMadeData } from '../evaluate/made-data/data-folder.ts'
import { ScoringModels } from '../evaluate/scoring-models.ts'
import { differencesOf, differenceTable, isWithin } from './differences.ts'
import { readPythonCases } from './python-cases.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { values: options } = parseArgs({
  options: { python: { type: 'string' }, data: { type: 'string' }, make: { type: 'string' } },
})
const { python, data, make } = options
if (make !== undefined) {
  await writeMadeData(make)
  say(`${make}: made-up records, for test/parity/made-up.json`)
  process.exit(0)
}
if (python === undefined || data === undefined) {
  say('npm run parity -- --python FOLDER --data DIR, where FOLDER is what `python -m training.parity DIR FOLDER` wrote')
  process.exit(1)
}
const cases = await readPythonCases(python)
const differences = await differencesOf(cases, data, new ScoringModels(), say)
process.stdout.write(`Node ${process.versions.node} against ${cases.made}\n\n${differenceTable(differences)}`)
// ONNX Runtime's threads would keep the process.
process.exit(differences.length > 0 && differences.every(isWithin) ? 0 : 1)
