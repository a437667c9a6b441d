#!/usr/bin/env node
import './compiler.ts'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { ACQUIRE_USAGE, planAcquire } from './acquire/acquire-plan.ts'
import { SystemClock, type Timer } from './clock.ts'
import { type Config, PACKAGE_VERSION, readConfig } from './config.ts'
import { prepareDataFolder } from './data-folder.ts'
import { VigilError } from './errors.ts'
import { openLog } from './ingest/open-log.ts'
import { ENCODE, outbound } from './ingest/outbound.ts'
import { knownContext } from './ingest/known-context.ts'
import { Metrics } from './metrics.ts'
import { startPipeline } from './pipeline.ts'
import { settingsTable } from './settings.ts'
import { openTracer } from './trace.ts'
import { proveAddress } from './watch/free-address.ts'

/** A stop always ends: what is still being started or fed when the signal comes is given up after this. */
const STOP_WITHIN_MS = 9_800

const clock = new SystemClock()
const [command = 'start', ...argv] = process.argv.slice(2)

// Nobody else caught it: a bug, or a folder that is not ours any more. The log on disk holds all that was taken.
process.on('uncaughtException', (error) => {
  fail(error instanceof VigilError ? messageOf(error) : (error.stack ?? messageOf(error)))
  process.exit(1)
})

if (command === 'help' || command === '--help' || argv.includes('--help')) process.stdout.write(`${await usage()}\n`)
else if (command === 'start') await start(argv)
else if (command === 'acquire') process.exitCode = await acquire(argv)
else if (command === 'doctor') await doctor(argv)
else if (command === 'people') process.exitCode = await people(argv)
else if (command === 'fine-tune') process.exitCode = await tune(argv)
else if (command === 'judge') process.exitCode = await judgeCandidate(argv)
else if (command === 'shadow' || command === 'promote' || command === 'rollback')
  process.exitCode = await chooseModels(command, argv)
else
  fail(
    `unknown command ${command}; there are start, acquire, people, doctor, fine-tune, judge, shadow, promote, rollback and help`,
  )

/** Runs the stages until a signal or a failure ends them. */
async function start(args: readonly string[]): Promise<void> {
  const config = configOf(args)
  if (config === null) return
  const logger = loggerOf(config)
  const ending = new AbortController()
  const end = (exitCode: number): void => {
    if (ending.signal.aborted) return
    process.exitCode = exitCode
    clock.after(STOP_WITHIN_MS, () => process.exit(exitCode === 0 ? 1 : exitCode))
    ending.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(0))
  try {
    if (config.stages.includes('watch')) await proveAddress(config)
    prepareDataFolder(config.dataDir)
    const pipeline = await startPipeline(config, clock, logger, ending.signal)
    if (!ending.signal.aborted) {
      for (const { name, detail } of pipeline.health()) process.stdout.write(`${name.padEnd(8)} ${detail}\n`)
      const address = pipeline.address()
      if (address !== null) process.stdout.write(`dashboard ${address}\n`)
      const first = pipeline.firstAccountLink()
      if (first !== null) process.stdout.write(`first account ${first}\n`)
      // A process that can no longer do its part says so and ends; whoever supervises it starts it again from the log.
      clock.every(500, () => {
        const lost = ending.signal.aborted ? null : pipeline.lost()
        if (lost === null) return
        // LMDB may have said something of its own before, without ending its line.
        process.stderr.write('\n')
        fail(`${lost.name} failed: ${lost.detail}`)
        end(1)
      })
      await new Promise((resolve) => ending.signal.addEventListener('abort', resolve))
    }
    if ((await pipeline.stop()).length > 0) process.exitCode = 1
  } catch (error) {
    fail(messageOf(error))
    if (!(error instanceof VigilError)) logger.error({ err: error }, 'this should not happen')
    process.exitCode = 1
  }
  process.exit()
}

/** Feeds recorded files to the log; exit code 1 when a file could not be fed. */
async function acquire(args: readonly string[]): Promise<number> {
  const planned = planAcquire(args)
  if (!planned.ok) {
    fail(planned.problems.join('; '))
    return 1
  }
  const config = configOf(planned.plan.settingsArgv)
  if (config === null) return 1
  const logger = loggerOf(config)
  try {
    prepareDataFolder(config.dataDir)
    const log = await openLog(config, clock, logger)
    const tracer = await openTracer(config, PACKAGE_VERSION, new Metrics(), logger)
    const folder = join(config.dataDir, 'spool-acquire')
    const { logPublisher } = await import('./log-publisher.ts')
    const publisher = logPublisher(log, { folder, clock, logger, tracer })
    const interrupt = new AbortController()
    let giveUp: Timer | null = null
    const end = (): void => {
      interrupt.abort()
      giveUp ??= clock.after(STOP_WITHIN_MS, () => process.exit(1))
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)
    try {
      await publisher.open()
      const { runAcquire } = await import('./acquire/acquire-command.ts')
      return await runAcquire(args, {
        clock,
        logger,
        encode: ENCODE,
        publisher,
        knownContext: (patientId) => knownContext(log, patientId),
        deadLetter: (letter) => publisher.publish([outbound('dead-letter', letter)]),
        stdout: (line) => void process.stdout.write(`${line}\n`),
        signal: interrupt.signal,
      })
    } finally {
      await publisher.close()
      await tracer.close()
      await log.close()
      // It would keep the process alive.
      ;(giveUp as Timer | null)?.cancel()
    }
  } catch (error) {
    fail(messageOf(error))
    return 1
  }
}

/** Says or changes who has an account; exit code 1 when that could not be. */
async function people(args: readonly string[]): Promise<number> {
  const { runPeople } = await import('./watch/people-command.ts')
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  return runPeople(args, { env: process.env, clock, say, fail })
}

/** Says what stands between this configuration and a ward; exit code 1 when something is broken. */
async function doctor(args: readonly string[]): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
  const { runDoctor } = await import('./doctor.ts')
  const exitCode = await runDoctor(args, process.env, clock, (line) => void process.stdout.write(`${line}\n`))
  // Whatever hangs does not keep us.
  process.stdout.end(() => process.exit(exitCode))
}

/** Corrects a model by a site's labels; exit code 1 when nothing was written, 2 when a running ward has the archive. */
async function tune(args: readonly string[]): Promise<number> {
  const { planTune } = await import('./tune/tune-plan.ts')
  const planned = planTune(args)
  if (!planned.ok) {
    fail(planned.problems.join('; '))
    return 1
  }
  const config = configOf(planned.plan.settingsArgv)
  if (config === null) return 1
  const logger = loggerOf(config)
  const { fineTune } = await import('./tune/fine-tune.ts')
  const { tuneReport } = await import('./tune/tune-report.ts')
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  try {
    const outcome = await fineTune(planned.plan, {
      config,
      clock,
      logger,
      say,
      openArchive: async () => (await import('./store/open-archive.ts')).openArchive(config, clock, logger),
    })
    for (const line of tuneReport(outcome, planned.plan.out)) say(line)
    return outcome.outcome === 'written' ? 0 : outcome.outcome === 'archive_in_use' ? 2 : 1
  } catch (error) {
    fail(messageOf(error))
    return 1
  }
}

/** Holds a model that was trained elsewhere against its parent; exit code 1 when it is not let through. */
async function judgeCandidate(args: readonly string[]): Promise<number> {
  const { planJudgement } = await import('./tune/judge-plan.ts')
  const planned = planJudgement(args)
  if (!planned.ok) {
    fail(planned.problems.join('; '))
    return 1
  }
  const { judge } = await import('./tune/judge.ts')
  const { judgeReport } = await import('./tune/tune-report.ts')
  try {
    const judgement = await judge(planned.plan, {
      clock,
      logger: pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true })),
    })
    for (const line of judgeReport(judgement, planned.plan.candidate)) process.stdout.write(`${line}\n`)
    return judgement.outcome === 'accepted' ? 0 : 1
  } catch (error) {
    fail(messageOf(error))
    return 1
  }
}

/** Says which models serve and which run in their shadow; running wards follow. */
async function chooseModels(how: 'shadow' | 'promote' | 'rollback', args: readonly string[]): Promise<number> {
  const [first] = args
  const target = first === '--stop' || (first !== undefined && !first.startsWith('--')) ? first : null
  const config = configOf(target === null ? args : args.slice(1))
  if (config === null) return 1
  const { switchModels } = await import('./tune/model-switch.ts')
  try {
    const switched = await switchModels(how, target, { config, clock, logger: loggerOf(config) })
    if (switched.ok) for (const line of switched.lines) process.stdout.write(`${line}\n`)
    else fail(switched.why)
    return switched.ok ? 0 : 1
  } catch (error) {
    fail(messageOf(error))
    return 1
  }
}

function loggerOf(config: Config): Logger {
  return pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }))
}

function configOf(args: readonly string[]): Config | null {
  const read = readConfig(args, process.env)
  if (read.ok) return read.config
  fail(read.problems.join('; '))
  return null
}

function fail(line: string): void {
  process.stderr.write(`vigil: ${line}\n`)
  process.exitCode = 1
}

function messageOf(error: unknown): string {
  if (error instanceof VigilError) return `${error.message} (${error.code})`
  return String(error)
}

async function usage(): Promise<string> {
  const { DOCTOR_USAGE } = await import('./doctor.ts')
  const { FINE_TUNE_USAGE } = await import('./tune/tune-plan.ts')
  const { JUDGE_USAGE } = await import('./tune/judge-plan.ts')
  const { SWITCH_USAGE } = await import('./tune/model-switch.ts')
  const { PEOPLE_USAGE } = await import('./watch/people-command.ts')
  return [
    'vigil start [settings]      run the stages of a ward',
    ACQUIRE_USAGE,
    PEOPLE_USAGE,
    DOCTOR_USAGE,
    FINE_TUNE_USAGE,
    JUDGE_USAGE,
    SWITCH_USAGE,
    '',
    settingsTable(),
  ].join('\n')
}
