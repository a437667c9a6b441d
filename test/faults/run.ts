import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Fault, Length } from './fault.ts'
import { FAULTS } from './faults.ts'
import { RunsFile } from './runs-file.ts'
import { series } from './series.ts'
import { isGood, lineOf, table } from './table.ts'
import { versionNow } from './version.ts'
import { WardQueue } from './ward-queue.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    'strikes-a-ward': { type: 'string', default: '5' },
    'side-by-side': { type: 'string', default: '1' },
    json: { type: 'string', default: '' },
    keep: { type: 'string', default: '' },
    long: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})
const length: Length = values.long ? 'long' : values.short ? 'short' : 'usual'
const [runs, firstSeed, sideBySide] = [count('runs'), count('seed'), count('side-by-side')]
const strikesAWard = count('strikes-a-ward')
const wanted = values.only.split(',').filter((name) => name !== '')
const unknown = wanted.filter((name) => !FAULTS.some((fault) => fault.name === name))
if (unknown.length > 0) fail(`no fault is called ${unknown.join(', ')}; there are ${names(FAULTS)}`)
const faults = FAULTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

// What ends the harness ends its processes, brokers and networks as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

if (values.keep !== '') mkdirSync(values.keep, { recursive: true })

const file = openFile()
const isMade = (fault: string, seed: number): boolean => file.has(fault, seed)
await series({
  queue: new WardQueue({ faults, runs, firstSeed, strikesAWard, isMade }),
  length,
  sideBySide,
  version: versionNow(),
  keep: values.keep === '' ? null : values.keep,
  onRun: (run) => {
    file.add(run)
    process.stdout.write(`${lineOf(run)}\n`)
  },
})
process.stdout.write(`\n${table(FAULTS, file.runs)}\n`)
process.exit(file.runs.every(isGood) ? 0 : 1)

function openFile(): RunsFile {
  try {
    return RunsFile.open(values.json === '' ? null : values.json, length)
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

function count(name: 'runs' | 'seed' | 'side-by-side' | 'strikes-a-ward'): number {
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
