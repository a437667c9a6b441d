import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { PACKAGE_ROOT } from '../src/config.ts'
import { installPrerequisites } from './support/prerequisites.ts'

const TESTS = join(PACKAGE_ROOT, 'dist/test')
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const tally = { passed: 0, failed: 0, skipped: [] as string[] }

// Words on the command line choose test files by a part of their path; without any, everything runs, lint and types too.
const wanted = process.argv.slice(2)
if (wanted.length === 0) {
  check('lint', 'eslint', ['.'])
  check('format', 'prettier', ['--check', '--log-level', 'warn', '.'])
  check('types of the dashboards', 'tsc', ['-p', 'dashboards/tsconfig.json'])
}
installPrerequisites(say)

const files = filesBelow(TESTS).filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
const live = (file: string): boolean => relative(TESTS, file).startsWith('live')
await tests(
  files.filter((file) => !live(file)),
  { concurrency: 2 },
)
// Live tests start brokers, databases and browsers, and wait for them more than they work: two at a time, after the rest. Those
// on Kafka go one after the other, for the first of them fetches the broker.
const onKafka = (file: string): boolean => readFileSync(file, 'utf8').includes('/kafka-broker.js')
const lives = files.filter(live)
await Promise.all([tests(lives.filter((file) => !onKafka(file))), tests(lives.filter(onKafka), { held: true })])

for (const reason of tally.skipped) say(`left out: ${reason}`)
if (process.env['CI'] === 'true' && tally.skipped.length > 0) tally.failed += tally.skipped.length
process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`)

function check(name: string, tool: string, args: readonly string[]): void {
  const bin = join(PACKAGE_ROOT, 'node_modules/.bin', tool)
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd: PACKAGE_ROOT, encoding: 'utf8' })
  if (status === 0) tally.passed++
  else tally.failed++
  say(`${status === 0 ? '✔' : '✖'} ${name}`)
  if (status !== 0) say(`${stdout}${stderr}`)
}

/** `held`: what they say is printed when all are done, so that it does not stand between the lines of others. */
async function tests(chosen: readonly string[], { concurrency = 1, held = false } = {}): Promise<void> {
  if (chosen.length === 0) return
  const stream = run({ files: [...chosen], concurrency, timeout: 600_000 })
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'suite' || chosen.includes(name)) return
    if (skip !== undefined && skip !== false) tally.skipped.push(`${name}: ${String(skip)}`)
    else tally.passed++
  })
  stream.on('test:fail', ({ details }) => {
    // A file that does not even load fails as a test of its own; a failed suite only repeats its tests.
    if (details.type !== 'suite') tally.failed++
  })
  const said: string[] = []
  for await (const line of stream.compose(new spec())) {
    if (held) said.push(String(line))
    else process.stdout.write(String(line))
  }
  process.stdout.write(said.join(''))
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(folder, file))
    .sort()
}
