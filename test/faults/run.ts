import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { clock } from '../live/ward-process.ts'
import { type Fault, type Length } from './fault.ts'
import { FAULTS } from './faults.ts'
import { type Lane, openLane } from './lane.ts'
import { isGood, type Run, table } from './table.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    'side-by-side': { type: 'string', default: '1' },
    json: { type: 'string', default: '' },
    long: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
})

const length: Length = values.long ? 'long' : values.short ? 'short' : 'usual'
const firstSeed = Number(values.seed)
const wanted = values.only.split(',').filter((name) => name !== '')
const unknown = wanted.filter((name) => !FAULTS.some((fault) => fault.name === name))
if (unknown.length > 0) throw new Error(`no fault is called ${unknown.join(', ')}; there are ${names(FAULTS)}`)
const faults = FAULTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
// Seed by seed, so that a series that is cut short has tried every fault about as often.
const todo = Array.from({ length: Number(values.runs) }, (_, index) =>
  faults.map((fault) => ({ fault, seed: firstSeed + index })),
).flat()
const runs: Run[] = []

await Promise.all(Array.from({ length: Number(values['side-by-side']) }, (_, number) => workOff(number)))
process.stdout.write(`\n${table(FAULTS, runs)}\n`)
save()
process.exit(runs.every(isGood) ? 0 : 1)

/** A lane takes the next run until none is left. */
async function workOff(number: number): Promise<void> {
  const lane = await openLane(number)
  try {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      const run = await tried(lane, next.fault, next.seed)
      runs.push(run)
      process.stdout.write(`${lineOf(run)}\n`)
      save()
    }
  } finally {
    await lane.close()
  }
}

async function tried(lane: Lane, fault: Fault, seed: number): Promise<Run> {
  const startedMs = clock.monotonicMs()
  const about = (): Pick<Run, 'fault' | 'seed' | 'wallS'> => ({
    fault: fault.name,
    seed,
    wallS: Math.round((clock.monotonicMs() - startedMs) / 100) / 10,
  })
  const leftOut = fault.leftOut?.(lane) ?? null
  if (leftOut !== null) return { ...about(), kind: 'left_out', why: leftOut }
  const prefix = `f${process.pid}-${seed}-${fault.name.replaceAll(/[^a-z0-9]/gi, '')}-`
  try {
    const outcome = await fault.run({ lane, prefix, seed, length })
    return { ...about(), kind: 'tried', ...outcome, withinMs: fault.recoversWithinMs }
  } catch (error) {
    return { ...about(), kind: 'broken', why: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function lineOf(run: Run): string {
  const head = `${isGood(run) ? '✔' : '✖'} ${run.fault}, seed ${run.seed}, ${run.wallS} s:`
  if (run.kind !== 'tried') return `${head} ${run.kind === 'left_out' ? 'left out' : 'broken'}: ${run.why}`
  const { expected, missing, doubled, other, late, copies, examples } = run.verdict
  const counts = `${expected} results, ${missing} missing, ${doubled} doubled, ${other} other, ${late} late, ${copies} copies`
  const lines = [...examples, ...run.troubles].map((line) => `\n    ${line}`).join('')
  return `${head} ${counts}, recovered in ${(run.recoveryMs / 1_000).toFixed(1)} s${lines}`
}

function save(): void {
  if (values.json !== '') writeFileSync(values.json, JSON.stringify({ firstSeed, length, runs }, null, 1))
}

function names(some: readonly Fault[]): string {
  return some.map(({ name }) => name).join(', ')
}
