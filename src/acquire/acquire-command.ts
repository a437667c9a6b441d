import { basename } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { VigilError } from '../errors.ts'
import type { DeadLetter, PatientContext } from '../reading.ts'
import { type AcquirePlan, planAcquire, type PlannedFile } from './acquire-plan.ts'
import type { Encode } from './bed-source.ts'
import { fileDeadLetter } from './file-dead-letter.ts'
import type { DrainingPublisher } from './publisher.ts'
import { feedSession, type FedFile, type SessionFeed } from './recorded-session.ts'
import { openRecording, type RecordingFault } from './recording.ts'

/** How long the end of a feed waits for a log that is away; what is left goes with the next run. */
const DRAIN_TIMEOUT_MS = 30_000

export interface AcquireDeps {
  clock: Clock
  logger: Logger
  encode: Encode
  publisher: DrainingPublisher
  /** What the log says of the patient; null: nothing yet. Throws LOG_UNAVAILABLE. */
  knownContext(patientId: string): Promise<PatientContext | null>
  /** Sends the letter to dead-letter. */
  deadLetter(letter: DeadLetter): Promise<void>
  /** One line for a person. */
  stdout(line: string): void
  /** Ends the feed early; what was sent stays. */
  signal?: AbortSignal
}

interface OpenedFile {
  file: PlannedFile
  feed: SessionFeed
}

/**
 * `vigil acquire`: feeds recorded files of one bed to the log. Returns the exit code: 0 when every file was fed to its end
 * and all of it is in the log; 1 otherwise, after everything that could be fed was.
 */
export async function runAcquire(argv: readonly string[], deps: AcquireDeps): Promise<0 | 1> {
  const planned = planAcquire(argv)
  if (!planned.ok) {
    for (const problem of planned.problems) deps.stdout(problem)
    return 1
  }
  try {
    return await feedPlan(planned.plan, deps)
  } catch (error) {
    if (!(error instanceof VigilError)) throw error
    deps.logger.error({ code: error.code }, 'the feed ended')
    deps.stdout(error.message)
    return 1
  }
}

async function feedPlan(plan: AcquirePlan, deps: AcquireDeps): Promise<0 | 1> {
  let faults = 0
  const opened: OpenedFile[] = []
  for (const file of plan.files) {
    const { site, framesPerSecond, local } = plan
    const result = await openRecording(file.path, { modality: file.modality, site, framesPerSecond, local })
    if (result.ok) opened.push({ file, feed: feedOf(plan, file, result.recording) })
    else {
      faults++
      await report(plan, file, result, null, deps)
    }
  }
  if (opened.length === 0) return 1
  const durationMs = Math.max(...opened.map(({ feed }) => feed.recording.durationMs ?? 0))
  const startMs = startOf(plan, durationMs, deps.clock.nowMs())
  if (startMs > deps.clock.nowMs()) {
    deps.stdout('--start lies in the future')
    return 1
  }
  const context = contextOf(plan, startMs, await deps.knownContext(plan.patientId))
  if (context !== null) await deps.publisher.publish([deps.encode.context(context)])
  const fed = await feedSession({
    ...deps,
    feeds: opened.map(({ feed }) => feed),
    startMs,
    speed: plan.speed,
  })
  for (const [index, { file }] of opened.entries()) {
    const result = fed[index] ?? { readings: 0, fault: null }
    if (result.fault !== null) faults++
    await report(plan, file, result.fault, result, deps)
  }
  const drained = await deps.publisher.drained(DRAIN_TIMEOUT_MS)
  if (!drained) deps.stdout(`${deps.publisher.state().spooled} records wait on disk: the next run sends them`)
  return faults === 0 && drained ? 0 : 1
}

/** One line a file, and a dead letter where something is wrong with it. */
async function report(
  plan: AcquirePlan,
  file: PlannedFile,
  fault: RecordingFault | null,
  fed: FedFile | null,
  deps: AcquireDeps,
): Promise<void> {
  const count = fed === null ? 'not fed' : `${fed.readings} readings`
  const wrong = fault === null ? '' : `: ${fault.code}, ${fault.detail}`
  deps.stdout(`${file.modality} ${basename(file.path)}: ${count}${wrong}`)
  if (fault === null) return
  deps.logger.warn({ code: fault.code, modality: file.modality, detail: fault.detail }, 'a recorded file is not whole')
  await deps.deadLetter(await fileDeadLetter(file, plan.patientId, fault, deps.clock.nowMs()))
}

/** Where nobody says otherwise a feed that runs faster than time begins in the past, so that it ends now. */
function startOf(plan: AcquirePlan, durationMs: number, nowMs: number): number {
  if (plan.start === 'now') return nowMs
  if (plan.start !== null) return plan.start
  const headStart = plan.speed === 'max' ? 1 : Math.max(0, 1 - 1 / plan.speed)
  return Math.floor(nowMs - durationMs * headStart)
}

function feedOf(plan: AcquirePlan, file: PlannedFile, recording: SessionFeed['recording']): SessionFeed {
  const { modality, feedId, deviceId } = file
  return { modality, feedId, deviceId, patientId: plan.patientId, generationMode: plan.mode, recording }
}

/** A file says nothing of its patient but the bed: what is known stays, and nothing is sent when it is known already. */
function contextOf(plan: AcquirePlan, startMs: number, known: PatientContext | null): PatientContext | null {
  const { unitId, bedId } = plan
  if (known !== null)
    return known.unitId === unitId && known.bedId === bedId
      ? null
      : { ...known, unitId, bedId, effectiveTimeMs: startMs }
  return {
    patientId: plan.patientId,
    unitId,
    bedId,
    effectiveTimeMs: startMs,
    ageBand: '',
    sex: 'unknown',
    diagnosis: '',
    notes: [],
    labs: [],
    consciousness: null,
    supplementalOxygen: null,
    hypercapnicTarget: false,
    deviceIds: plan.files.map(({ deviceId }) => deviceId),
    generationMode: plan.mode,
  }
}
