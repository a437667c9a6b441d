import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { type Check, type Finding, broken, duration, megabytes, notKnown, ok } from '../check.ts'
import { type Clock } from '../clock.ts'
import { type Config } from '../config.ts'
import { holderOf } from '../folder-lock.ts'
import { partitionKey, recordKey, unpackRecord } from './embedded-layout.ts'
import { type RecordHead } from './record-heads.ts'
import { newestSchemas } from './schemas-check.ts'
import { TOPIC_NAMES, type TopicName } from './topics.ts'

/** The newest record may be as old as it likes, but not from the future. */
const TOLERATED_MS = 1_000
const ABOUT = 'log'

type Table = Database<Buffer, Buffer>

/** The embedded log: opened for reading only, and only while no ward holds it. */
export function embeddedLogCheck(config: Pick<Config, 'dataDir' | 'partitions'>, clock: Clock): Check {
  const folder = join(config.dataDir, 'log')
  return {
    about: ABOUT,
    look: async () => {
      const file = join(folder, 'data.mdb')
      if (!existsSync(file)) return [ok(ABOUT, 'there is none yet; the first start makes it')]
      const holder = holderOf(folder, clock)
      if (holder !== null) return [ok(ABOUT, `held by a running ward (${holder}); it is not opened beside it`)]
      let root: RootDatabase<Buffer, Buffer>
      try {
        root = open<Buffer, Buffer>({
          path: folder,
          encoding: 'binary',
          keyEncoding: 'binary',
          maxDbs: 8,
          readOnly: true,
        })
      } catch {
        const todo = `move ${folder} aside, or bring it back from a backup: a start then makes a new log`
        return [broken(ABOUT, `${file} does not open`, todo)]
      }
      try {
        const { size } = statSync(file)
        return await inside(root, config.partitions, clock, megabytes(size))
      } finally {
        await root.close()
      }
    },
  }
}

async function inside(
  root: RootDatabase<Buffer, Buffer>,
  partitions: number,
  clock: Clock,
  size: string,
): Promise<Finding[]> {
  const table = (name: string): Table | undefined =>
    root.openDB<Buffer, Buffer>(name, { encoding: 'binary', keyEncoding: 'binary' })
  const meta = table('meta')
  const records = table('records')
  if (meta === undefined || records === undefined) return [notKnown(ABOUT, 'it holds nothing yet')]
  const made = meta.get(Buffer.from('partitions'))?.readDoubleBE(0) ?? partitions
  const lastAppendMs = meta.get(Buffer.from('lastAppendMs'))?.readDoubleBE(0) ?? 0
  const aheadMs = lastAppendMs - clock.nowMs()
  return [
    ok(ABOUT, `opens, ${size}`),
    made === partitions
      ? ok('co-partitioning', `${partitions} partitions each`)
      : broken(
          'co-partitioning',
          `the log has ${made}, the settings say ${partitions}`,
          `start with --partitions ${made}`,
        ),
    ...(aheadMs > TOLERATED_MS
      ? [
          broken(
            'log clock',
            `the newest record lies ${duration(aheadMs)} ahead of this machine's clock`,
            'set the clock right before the next start: the log takes no time before its newest record',
          ),
        ]
      : []),
    ...(await newestSchemas({
      topics: async () => TOPIC_NAMES.map((topic) => ({ topic })),
      newest: async (topic) => newestRecords(records, topic, made),
    })),
  ]
}

function newestRecords(records: Table, topic: TopicName, partitions: number): Pick<RecordHead, 'head'>[] {
  return Array.from({ length: partitions }, (_, partition) => {
    const range = {
      start: recordKey(topic, partition, Number.MAX_SAFE_INTEGER),
      end: partitionKey(topic, partition),
      reverse: true,
      limit: 1,
    }
    return [...records.getRange(range)].map(({ value }) => ({
      head: unpackRecord(topic, partition, 0, value).value?.subarray(0, 10) ?? null,
    }))
  }).flat()
}
