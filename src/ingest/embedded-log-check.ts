import { fork } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Check, type Finding, broken, duration, megabytes, notKnown, ok } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { holderOf } from '../folder-lock.ts'
import type { EmbeddedLogLook } from './embedded-log-child.ts'
import { newestSchemas } from './schemas-check.ts'

const CHILD = fileURLToPath(new URL(`./embedded-log-child${extname(import.meta.url)}`, import.meta.url))
/** The newest record may be as old as it likes, but not from the future. */
const TOLERATED_MS = 1_000
const ABOUT = 'log'

/** The embedded log: opened for reading only, and only while no ward holds it. */
export function embeddedLogCheck(config: Pick<Config, 'dataDir' | 'partitions'>, clock: Clock): Check {
  const folder = join(config.dataDir, 'log')
  return {
    about: ABOUT,
    look: async (signal) => {
      const file = join(folder, 'data.mdb')
      if (!existsSync(file)) return [ok(ABOUT, 'there is none yet; the first start makes it')]
      const holder = holderOf(folder, clock)
      if (holder !== null) return [ok(ABOUT, `held by a running ward (${holder}); it is not opened beside it`)]
      const found = await lookInto(folder, signal)
      if (holderOf(folder, clock) !== null) return [notKnown(ABOUT, 'a ward has just opened it')]
      if (found === null) {
        const todo = `bring ${folder} back from a backup, or move it aside: a start then makes a new, empty log`
        return [broken(ABOUT, `${file} does not open: it is damaged, or not readable for this user`, todo)]
      }
      const { size } = statSync(file)
      return [ok(ABOUT, `opens, ${megabytes(size)}`), ...(await judged(found, config.partitions, clock))]
    },
  }
}

/** Null: it could not be read to its end. */
function lookInto(folder: string, signal: AbortSignal): Promise<EmbeddedLogLook | null> {
  return new Promise((resolve) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIGIL_')))
    const child = fork(CHILD, [folder], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [], env, signal })
    child.once('message', (found: EmbeddedLogLook) => resolve(found))
    child.once('error', () => resolve(null))
    child.once('exit', () => resolve(null))
  })
}

async function judged(found: EmbeddedLogLook, partitions: number, clock: Clock): Promise<Finding[]> {
  const made = found.partitions ?? partitions
  const findings: Finding[] = []
  if (made === partitions) findings.push(ok('co-partitioning', `${partitions} partitions each`))
  else {
    const saw = `the log has ${made}, the settings say ${partitions}`
    findings.push(broken('co-partitioning', saw, `start with --partitions ${made}`))
  }
  const aheadMs = found.lastAppendMs - clock.nowMs()
  if (aheadMs > TOLERATED_MS) {
    const saw = `the newest record lies ${duration(aheadMs)} ahead of this machine's clock`
    const todo = 'set the clock right before the next start: the log takes no time before its newest record'
    findings.push(broken('log clock', saw, todo))
  }
  const newest = new Map(found.newest.map(({ topic, heads }) => [topic, heads]))
  const heads = (hex: string | null) => ({ head: hex === null ? null : Buffer.from(hex, 'hex') })
  const schemas = await newestSchemas({
    topics: async () => found.newest,
    newest: async (topic) => (newest.get(topic) ?? []).map(heads),
  })
  return [...findings, ...schemas]
}
