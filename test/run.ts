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
await tests(files.filter((file) => !live(file)))
// Live tests start brokers, databases and browsers, and wait for them more than they work: one that draws pages runs beside one
// that does not, as far as there are both.
const drawsPages = (file: string): boolean => readFileSync(file, 'utf8').includes('/browser.js')
await tests(inTurn(files.filter(live), drawsPages))

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

/** Two files at a time. */
async function tests(chosen: readonly string[]): Promise<void> {
  if (chosen.length === 0) return
  const stream = run({ files: [...chosen], concurrency: 2, timeout: 600_000 })
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'suite' || chosen.includes(name)) return
    if (skip !== undefined && skip !== false) tally.skipped.push(`${name}: ${String(skip)}`)
    else tally.passed++
  })
  stream.on('test:fail', ({ details }) => {
    // A file that does not even load fails as a test of its own; a failed suite only repeats its tests.
    if (details.type !== 'suite') tally.failed++
  })
  for await (const line of stream.compose(new spec())) process.stdout.write(String(line))
}

/** One of the one kind, one of the other, as long as there are both. */
function inTurn(all: readonly string[], isOne: (file: string) => boolean): string[] {
  const [ones, others] = [all.filter(isOne), all.filter((file) => !isOne(file))]
  return Array.from({ length: Math.max(ones.length, others.length) }, (_, place) => [ones[place], others[place]])
    .flat()
    .filter((file) => file !== undefined)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => join(folder, file))
    .sort()
}
