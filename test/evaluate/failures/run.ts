import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { PACKAGE_ROOT } from '../../../src/config.ts'
import { ScoringModels } from '../scoring-models.ts'
import { alarmFailures } from './alarm-truth.ts'
import type { Failure, FailureSearch } from './failure.ts'
import { heartSoundFailures } from './heart-sound.ts'
import { frameFailures } from './procedure-view.ts'
import { withFailures } from './readme-section.ts'
import { sepsisFailures } from './sepsis-vitals.ts'

const SEARCHES: readonly FailureSearch[] = [heartSoundFailures, alarmFailures, frameFailures, sepsisFailures]
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { values: options } = parseArgs({
  options: { data: { type: 'string' }, only: { type: 'string' }, originals: { type: 'string' } },
})
// Each subject is scored by the file that was trained without him, so this is for the data that the models were made from.
const folder = resolve(options.data ?? join(PACKAGE_ROOT, '..', 'shared', 'data'))
const originals = resolve(options.originals ?? join(PACKAGE_ROOT, 'data', 'failures'))

for (const search of SEARCHES.filter(({ model }) => options.only?.split(',').includes(model) ?? true)) {
  say(`${search.model} …`)
  const failures = await search.find({ folder, isDev: true, models: new ScoringModels() }, say)
  await write(search, failures)
}
// ONNX Runtime's threads would keep the process.
process.exit(0)

async function write(search: FailureSearch, failures: readonly Failure[]): Promise<void> {
  const home = join(PACKAGE_ROOT, 'models', search.model)
  await rm(join(home, 'failures'), { recursive: true, force: true })
  for (const into of [join(home, 'failures'), join(originals, search.model)]) await mkdir(into, { recursive: true })
  for (const [index, { record, drawing, original }] of failures.entries()) {
    await writeFile(join(home, 'failures', `${index + 1}.${drawing.kind}`), drawing.bytes)
    await writeFile(join(originals, search.model, `${index + 1}.${original.kind}`), original.bytes)
    say(`${index + 1}: ${record}, ${drawing.bytes.length} bytes`)
  }
  const readme = join(home, 'README.md')
  await writeFile(readme, withFailures(await readFile(readme, 'utf8'), search, failures))
}
