import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '../clock.ts'

const wholeMs = z.number().int()
const stretches = z.array(z.tuple([wholeMs, wholeMs, wholeMs]).readonly()).readonly()
const receivedAndDifference = z.array(z.tuple([wholeMs, wholeMs]).readonly()).readonly()
const WARD_CURSOR = z.object({
  /** Start of the ward; its readings are a function of the time since then. */
  startMs: wholeMs.nonnegative(),
  /** Everything received before this is in the log. */
  publishedThroughMs: wholeMs.nonnegative(),
  /** Device to what is known of its clock as of then, so that a restart stamps the same event times. */
  clocks: z
    .record(
      z.string(),
      z.object({
        offsetMs: wholeMs,
        latestSentMs: wholeMs.nullable(),
        delayed: z.boolean(),
        seen: stretches,
        early: receivedAndDifference,
        doubt: z
          .object({ sinceMs: wholeMs, isProven: z.boolean().default(false), leastMs: wholeMs, mostMs: wholeMs })
          .nullable(),
        trial: z.object({ sinceMs: wholeMs, beforeMs: wholeMs }).nullable(),
        last: z.object({ sentMs: wholeMs, receivedMs: wholeMs, eventMs: wholeMs, offsetMs: wholeMs }).nullable(),
      }),
    )
    // What an older version wrote of the clocks is learned anew; the place in the ward still holds.
    .catch({}),
})
export type WardCursor = Readonly<z.infer<typeof WARD_CURSOR>>

export type KeptCursor = { kept: WardCursor } | { kept: null; reason: 'none' | 'unreadable' | 'ahead_of_the_clock' }

/** A ward begins on a whole ten seconds, a little before now, so that there is something to show at once. */
const START_GRID_MS = 10_000
const START_BACK_MS = 10_000
/** A cursor further ahead of the clock than this is from another clock: going on from it would mean silence. */
const AHEAD_MS = 60_000

/** Where a ward that was run before goes on. */
export async function readWardCursor(file: string, clock: Clock): Promise<KeptCursor> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kept: null, reason: 'none' }
    throw error
  }
  const cursor = WARD_CURSOR.safeParse(parsed(text))
  if (!cursor.success) return { kept: null, reason: 'unreadable' }
  if (cursor.data.publishedThroughMs > clock.nowMs() + AHEAD_MS) return { kept: null, reason: 'ahead_of_the_clock' }
  return { kept: cursor.data }
}

/** The start of the ward: the one in its cursor, or else a new one. Ask once, before the beds are made. */
export async function readWardStart(file: string, clock: Clock): Promise<number> {
  const { kept } = await readWardCursor(file, clock)
  return kept?.startMs ?? Math.floor(clock.nowMs() / START_GRID_MS) * START_GRID_MS - START_BACK_MS
}

/** Written beside and renamed, so that a kill leaves the old or the new one. */
export async function writeWardCursor(file: string, cursor: WardCursor): Promise<void> {
  await writeFile(`${file}.next`, JSON.stringify(cursor))
  await rename(`${file}.next`, file)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
