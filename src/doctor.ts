import { pino } from 'pino'
import { ffmpegCheck } from './acquire/ffmpeg-check.ts'
import { type Check, type Finding, broken, some } from './check.ts'
import type { Clock } from './clock.ts'
import { clockCheck } from './clock-check.ts'
import { type Config, readConfig } from './config.ts'
import { dataFolderCheck } from './data-folder-check.ts'
import { nodeCheck } from './node-check.ts'
import { embeddedLogCheck } from './ingest/embedded-log-check.ts'
import { kafkaChecks } from './ingest/kafka-checks.ts'
import { modelCheck } from './predict/model-check.ts'
import { databaseCheck } from './store/database-check.ts'
import { addressCheck } from './watch/address-check.ts'
import { webAppCheck } from './watch/web-app-check.ts'

export const DOCTOR_USAGE = 'vigil doctor [settings] [--json]  looks at everything the ward needs, changes nothing'

/** A check that takes longer is given up; all run side by side. */
const DEADLINE_MS = 17_000

/**
 * Looks at all the configuration names, stage by stage, and says what it saw and what to do. It makes no topics, takes no
 * lock, migrates nothing, and ends in time whatever hangs.
 */
export async function examine(config: Config, clock: Clock, deadlineMs = DEADLINE_MS): Promise<Finding[]> {
  const runs = (stage: string): boolean => config.stages.includes(stage)
  // The clients of broker and database log what we say anyway, in their own words.
  const logger = pino({ level: 'silent' })
  const kafka = config.kafkaBrokers.length === 0 ? null : kafkaChecks(config, clock, logger)
  const checks: Check[] = [
    nodeCheck(),
    clockCheck(clock),
    dataFolderCheck(config, clock),
    ...(runs('acquire') ? [ffmpegCheck()] : []),
    ...(kafka === null ? [embeddedLogCheck(config, clock)] : kafka.checks),
    ...(runs('predict') ? [modelCheck(config, clock)] : []),
    ...(runs('store') || runs('watch') ? [databaseCheck(config, clock)] : []),
    ...(runs('watch') ? [addressCheck(config, clock), webAppCheck()] : []),
  ]
  const findings = await Promise.all(checks.map((check) => inTime(check, clock, deadlineMs)))
  await kafka?.close()
  return findings.flat()
}

/** Runs `vigil doctor`; the exit code is 0 when nothing is broken. */
export async function runDoctor(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  print: (line: string) => void,
): Promise<number> {
  const settings = args.filter((argument) => argument !== '--json')
  const read = readConfig(settings, env)
  const findings = read.ok
    ? await examine(read.config, clock)
    : read.problems.map((problem) => broken('settings', problem, 'see `vigil help` for every setting and its range'))
  const worst = worstOf(findings)
  if (settings.length < args.length) print(JSON.stringify({ standing: worst, findings }, null, 2))
  else for (const line of report(findings)) print(line)
  return worst === 'broken' ? 1 : 0
}

/** A line each, and below it what to do. */
export function report(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ about }) => about.length))
  const lines = findings.flatMap(({ about, standing, saw, todo }) => [
    `${standing.padEnd(9)}  ${about.padEnd(width)}  ${saw}`,
    ...(todo === undefined ? [] : [`${' '.repeat(width + 13)}→ ${todo}`]),
  ])
  const wrong = findings.filter(({ standing }) => standing === 'broken').map(({ about }) => about)
  const doubtful = findings.filter(({ standing }) => standing === 'warning').map(({ about }) => about)
  const parts = [
    wrong.length > 0 ? `broken: ${some([...new Set(wrong)], 20)}` : 'nothing is broken',
    ...(doubtful.length > 0 ? [`warnings: ${some([...new Set(doubtful)], 20)}`] : []),
  ]
  return [...lines, parts.join('; ')]
}

function worstOf(findings: readonly Finding[]): 'ok' | 'warning' | 'broken' {
  for (const standing of ['broken', 'warning'] as const)
    if (findings.some((finding) => finding.standing === standing)) return standing
  return 'ok'
}

/** What a check finds in its time; one that throws or hangs is a finding too, never a silence. */
async function inTime({ about, look }: Check, clock: Clock, deadlineMs: number): Promise<Finding[]> {
  const ending = new AbortController()
  const late = new Promise<Finding[]>((resolve) => {
    const timer = clock.after(deadlineMs, () => {
      const saw = `no answer in ${deadlineMs / 1_000} s`
      resolve([broken(about, saw, 'find out what hangs there: the network, the disk, or the service itself')])
      ending.abort()
    })
    ending.signal.addEventListener('abort', () => timer.cancel())
  })
  const found = look(ending.signal).catch((error: unknown) => {
    const name = error instanceof Error ? error.name : 'unknown'
    return [broken(about, `the check itself failed (${name})`, 'report this as a defect of vigil doctor')]
  })
  const findings = await Promise.race([found, late])
  ending.abort()
  return findings
}
