import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import { VigilError } from '../errors.ts'
import type { StageHealth } from '../stage.ts'
import type { BedSource, DeviceReading, Encode, Publisher } from './bed-source.ts'
import { beginStamping, resumePoint, type StampedReadings, stampReadings, stampWaiting } from './device-clocks.ts'
import { readWardCursor, type WardCursor, writeWardCursor } from './ward-cursor.ts'

export interface DemoWardOptions {
  sources: readonly BedSource[]
  clock: Clock
  encode: Encode
  publisher: Publisher
  /** Where the ward remembers how far it got; its folder is made. */
  cursorFile: string
  /** From `readWardStart`, and the one the sources were made with. */
  startMs: number
  /** How often what has become due is published. */
  tickMs?: number
  clockToleranceMs: number
  logger: Logger
}

export interface DemoWard {
  readonly startMs: number
  /** Publishes who lies in the beds, then goes on by itself. Throws FOLDER_UNWRITABLE and what the publisher throws. */
  start(): Promise<void>
  /** Idempotent; ends by the deadline even when the publisher does not. */
  stop(deadline?: Deadline): Promise<void>
  health(): StageHealth
}

const TICK_MS = 250
/** Most that is published at once after a pause; small, since it is made on the thread that also raises alerts. */
const CATCH_UP_MS = 2_000
/** A longer pause is not made up for: nobody wants minutes of old readings before the first new one. */
const LONGEST_GAP_MS = 60_000
const AFTER_GAP_MS = 30_000
/** Further behind than this is worth a word in health. */
const BEHIND_MS = 5_000

type Trouble = 'publisher' | 'source' | 'cursor'
const SAYS: Readonly<Record<Trouble, string>> = {
  publisher: 'readings cannot be published and wait',
  source: 'a bed gives no readings',
  cursor: 'the place reached cannot be written down',
}

/** Feeds the beds of this process to their topics, each reading as it becomes due, and goes on where it was killed. */
export function createDemoWard(options: DemoWardOptions): DemoWard {
  const { sources, clock, encode, publisher, cursorFile, startMs, clockToleranceMs, logger } = options
  /** Readings received before this are published or wait for their clock to be judged. */
  let reachedMs = startMs
  let stamping = beginStamping({})
  let state: 'starting' | 'running' | 'stopped' = 'starting'
  let timer: Timer | null = null
  let pumping: Promise<void> | null = null
  let stopping: Promise<void> | null = null
  let missed = false
  const troubles = new Set<Trouble>()

  async function start(): Promise<void> {
    try {
      await mkdir(dirname(cursorFile), { recursive: true })
      const found = await readWardCursor(cursorFile, clock)
      if (found.kept?.startMs === startMs) {
        reachedMs = found.kept.publishedThroughMs
        stamping = beginStamping(found.kept.clocks)
      } else if (found.kept !== null || found.reason !== 'none') {
        logger.warn({ reason: found.kept === null ? found.reason : 'other_start' }, 'demo ward begins anew')
      }
    } catch (error) {
      throw new VigilError('FOLDER_UNWRITABLE', 'the cursor of the demo ward', { cause: error })
    }
    await publisher.publish(sources.map((source) => encode.context(source.context())))
    timer = clock.every(options.tickMs ?? TICK_MS, tick)
    tick()
  }

  function stop(deadline = Deadline.in(STOP_WITHIN_MS, options)): Promise<void> {
    stopping ??= end(deadline)
    return stopping
  }

  async function end(deadline: Deadline): Promise<void> {
    state = 'stopped'
    timer?.cancel()
    await deadline.wait((pumping ?? Promise.resolve()).then(publishWaiting), 'the readings in hand')
  }

  /** A ward that ends judges no clock any more. What cannot be published is read again from the cursor, as after a kill. */
  async function publishWaiting(): Promise<void> {
    if (stamping.waiting.size === 0) return
    try {
      await publishStamped(stampWaiting(stamping, clockToleranceMs), reachedMs)
    } catch (error) {
      troubled('publisher', error)
    }
  }

  /** A tick that comes while the one before is still at work is not lost: what it would have published follows at once. */
  function tick(): void {
    if (pumping !== null) {
      missed = true
      return
    }
    missed = false
    pumping = pump().finally(() => {
      pumping = null
      if (missed && state !== 'stopped' && !troubles.has('publisher')) tick()
    })
  }

  /** Publishes all that is due, a stretch at a time; what cannot be published is tried again at the next tick. */
  async function pump(): Promise<void> {
    const nowMs = clock.nowMs()
    skipGap(nowMs)
    while (state !== 'stopped' && reachedMs < nowMs) {
      const toMs = Math.min(nowMs, reachedMs + CATCH_UP_MS)
      try {
        await publishThrough(toMs)
        settled('publisher')
      } catch (error) {
        troubled('publisher', error)
        return
      }
    }
    if (state === 'starting') state = 'running'
  }

  function skipGap(nowMs: number): void {
    const gapMs = nowMs - reachedMs
    if (gapMs <= LONGEST_GAP_MS) return
    reachedMs = nowMs - AFTER_GAP_MS
    logger.warn({ skippedMs: gapMs - AFTER_GAP_MS }, 'demo ward was away for long; what came meanwhile is left out')
  }

  async function publishThrough(toMs: number): Promise<void> {
    const arrived = await arrivals(reachedMs, toMs)
    await publishStamped(stampReadings(arrived, toMs, stamping, clockToleranceMs), toMs)
  }

  async function publishStamped(made: StampedReadings, toMs: number): Promise<void> {
    const { readings, moves } = made
    if (readings.length > 0) await publisher.publish(readings.map((reading) => encode.reading(reading)))
    // From here on it is in the log: were it published again for want of a cursor, every tick would double it.
    reachedMs = toMs
    stamping = made.stamping
    for (const move of moves) logger.warn(move, 'clock of a device is off; its readings are moved into event time')
    if (readings.length > 0) await writeDown()
  }

  /** A bed that fails does not silence the others. */
  async function arrivals(fromMs: number, toMs: number): Promise<DeviceReading[]> {
    const perBed = await Promise.allSettled(sources.map((source) => source.readings(fromMs, toMs)))
    const failed = perBed.find((result) => result.status === 'rejected')
    if (failed === undefined) settled('source')
    else troubled('source', failed.reason)
    const arrived = perBed.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    return arrived.sort((one, other) => one.receivedMs - other.receivedMs)
  }

  async function writeDown(): Promise<void> {
    // Readings that wait for their clock are not in the log: after a kill they are taken again.
    const { fromMs, clocks } = resumePoint(stamping, reachedMs)
    const cursor: WardCursor = { startMs, publishedThroughMs: fromMs, clocks }
    try {
      await writeWardCursor(cursorFile, cursor)
      settled('cursor')
    } catch (error) {
      troubled('cursor', error)
    }
  }

  function troubled(trouble: Trouble, error: unknown): void {
    if (!troubles.has(trouble)) logger.error({ err: error, trouble }, `demo ward: ${SAYS[trouble]}`)
    troubles.add(trouble)
  }

  function settled(trouble: Trouble): void {
    if (troubles.delete(trouble)) logger.warn({ trouble }, 'demo ward: all well again')
  }

  function health(): StageHealth {
    if (state === 'stopped') return { state, detail: 'stopped' }
    const [trouble] = troubles
    if (trouble !== undefined) return { state: 'degraded', detail: SAYS[trouble] }
    const behindMs = clock.nowMs() - reachedMs
    if (state === 'starting') return { state, detail: `${sources.length} demo beds, ${seconds(behindMs)} to catch up` }
    if (Math.abs(behindMs) <= BEHIND_MS) return { state, detail: `${sources.length} demo beds` }
    const where = behindMs > 0 ? `${seconds(behindMs)} behind` : `waiting ${seconds(-behindMs)} for a clock set back`
    return { state: 'degraded', detail: `${sources.length} demo beds, ${where}` }
  }

  return { startMs, start, stop, health }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}
