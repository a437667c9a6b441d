import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { SystemClock } from '../../src/clock.ts'
import { alertLatency } from './alert-latency.ts'
import { type Benchmark, type Figure } from './figure.ts'
import { inference } from './inference.ts'
import { joinThroughput } from './join-throughput.ts'
import { storeRate } from './store-rate.ts'

const BENCHMARKS: readonly Benchmark[] = [joinThroughput, inference, alertLatency, storeRate]

const { values: options } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } })
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const chosen = BENCHMARKS.filter(({ name }) => options.only === undefined || options.only.split(',').includes(name))
if (chosen.length === 0) {
  say(`--only names some of ${BENCHMARKS.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const results: Record<string, Record<string, number>> = {}
const rows: string[] = []
for (const { name, run } of chosen) {
  say(`${name} …`)
  const figures: Figure[] = await run(say)
  results[name] = Object.fromEntries(figures.map((figure) => [figure.name, figure.value]))
  for (const { says, value, unit } of figures) rows.push(`| ${name} | ${says} | ${format(value)} ${unit} |`)
}

const date = new Date(new SystemClock().nowMs()).toISOString().slice(0, 10)
const machine = `${cpus().length} cores, Node ${process.version}`
process.stdout.write(
  `${date}, ${machine}, \`npm run bench\`\n\n| part | figure | measured |\n|---|---|---|\n${rows.join('\n')}\n`,
)
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
process.exit(0)

function format(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value >= 1_000 ? Math.round(value).toLocaleString('en').replaceAll(',', ' ') : value.toPrecision(3)
}
