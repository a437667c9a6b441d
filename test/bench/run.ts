import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SystemClock } from '../../src/clock.ts'
import { alertLatency } from './alert-latency.ts'
import { beds } from './beds.ts'
import type { Benchmark, BenchOptions, Figure } from './figure.ts'
import { inference } from './inference.ts'
import { joinThroughput } from './join-throughput.ts'
import { memory } from './memory.ts'
import { providers } from './providers.ts'
import { models } from './models.ts'
import { painted } from './painted.ts'
import { scale } from './scale.ts'
import { screen } from './screen.ts'
import { slowScreen } from './slow-screen.ts'
import { storeRate } from './store-rate.ts'
import { trends } from './trends.ts'

const BENCHMARKS: readonly Benchmark[] = [
  joinThroughput,
  scale,
  memory,
  inference,
  providers,
  models,
  alertLatency,
  painted,
  screen,
  slowScreen,
  beds,
  storeRate,
  trends,
]

type PartFigure = Figure & { part: string }

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    raw: { type: 'string' },
    peer: { type: 'string' },
    pairs: { type: 'string', default: '5' },
    patients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '1200' },
    processes: { type: 'string', default: '2' },
    beds: { type: 'string', default: '64' },
    minutes: { type: 'string', default: '3' },
    plot: { type: 'string' },
  },
})
const benchOptions: BenchOptions = {
  peer: options.peer === undefined ? null : resolve(options.peer),
  pairs: positive('pairs', options.pairs),
  patients: positive('patients', options.patients),
  seconds: positive('seconds', options.seconds),
  processes: positive('processes', options.processes),
  beds: positive('beds', options.beds),
  minutes: positive('minutes', options.minutes),
  plot: options.plot === undefined ? null : resolve(options.plot),
}
const chosen = BENCHMARKS.filter(({ name }) => options.only === undefined || options.only.split(',').includes(name))
if (chosen.length === 0) {
  say(`--only names some of ${BENCHMARKS.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

if (options.raw === undefined) report(chosen.flatMap(runApart))
else writeFileSync(options.raw, JSON.stringify(await runHere(chosen)))
process.exit()

/** Each part runs in a process of its own, so that one part's memory and warm code are not another's. */
function runApart({ name }: Benchmark): PartFigure[] {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-'))
  const raw = join(folder, 'figures.json')
  // The last --only is the one that counts.
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2), '--only', name, '--raw', raw]
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exitCode = 1
  const figures = status === 0 ? (JSON.parse(readFileSync(raw, 'utf8')) as PartFigure[]) : []
  rmSync(folder, { recursive: true, force: true })
  return figures
}

async function runHere(benchmarks: readonly Benchmark[]): Promise<PartFigure[]> {
  const figures: PartFigure[] = []
  for (const { name, run } of benchmarks) {
    say(`${name} …`)
    figures.push(...(await run(say, benchOptions)).map((figure) => ({ ...figure, part: name })))
  }
  return figures
}

function positive(name: string, given: string): number {
  const value = Number(given)
  if (Number.isInteger(value) && value > 0) return value
  say(`--${name} is a whole number above 0`)
  process.exit(1)
}

function report(figures: readonly PartFigure[]): void {
  const date = new Date(new SystemClock().nowMs()).toISOString().slice(0, 10)
  const rows = figures.map(({ part, says, value, unit }) => `| ${part} | ${says} | ${format(value)} ${unit} |`)
  const head = `${date}, ${cpus().length} cores, Node ${process.version}, \`npm run bench\``
  process.stdout.write(`${head}\n\n| part | figure | measured |\n|---|---|---|\n${rows.join('\n')}\n`)
  const results: Record<string, Record<string, number>> = {}
  for (const { part, name, value } of figures) results[part] = { ...results[part], [name]: value }
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
}

function format(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value >= 1_000 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(3)
}
