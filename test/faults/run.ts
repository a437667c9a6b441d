import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Fault, type Length } from './fault.ts'
import { FAULTS } from './faults.ts'
import { series } from './series.ts'
import { isGood, lineOf, type Run, table } from './table.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    'side-by-side': { type: 'string', default: '1' },
    json: { type: 'string', default: '' },
    keep: { type: 'string', default: '' },
    long: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})
const length: Length = values.long ? 'long' : values.short ? 'short' : 'usual'
const [runs, firstSeed, sideBySide] = [count('runs'), count('seed'), count('side-by-side')]
const wanted = values.only.split(',').filter((name) => name !== '')
const unknown = wanted.filter((name) => !FAULTS.some((fault) => fault.name === name))
if (unknown.length > 0) fail(`no fault is called ${unknown.join(', ')}; there are ${names(FAULTS)}`)
const faults = FAULTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

// What ends the harness ends its processes, brokers and networks as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

if (values.keep !== '') mkdirSync(values.keep, { recursive: true })

const done: Run[] = []
await series({
  faults,
  runs,
  firstSeed,
  length,
  sideBySide,
  keep: values.keep === '' ? null : values.keep,
  onRun: (run) => {
    done.push(run)
    process.stdout.write(`${lineOf(run)}\n`)
    save()
  },
})
process.stdout.write(`\n${table(faults, done)}\n`)
process.exit(done.every(isGood) ? 0 : 1)

/** After every run: a long series that is cut short has not been for nothing. */
function save(): void {
  if (values.json === '') return
  writeFileSync(`${values.json}.new`, JSON.stringify({ firstSeed, length, sideBySide, runs: done }, null, 1))
  renameSync(`${values.json}.new`, values.json)
}

function count(name: 'runs' | 'seed' | 'side-by-side'): number {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 1) fail(`--${name} is a whole number from 1 on`)
  return number
}

function names(some: readonly Fault[]): string {
  return some.map(({ name }) => name).join(', ')
}

function fail(why: string): never {
  process.stderr.write(`faults: ${why}\n`)
  process.exit(2)
}
