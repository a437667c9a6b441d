import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { VigilError } from '../errors.ts'
import type { Outbound } from '../reading.ts'
import { decodeEntry, encodeEntry, ENTRY_HEADER_BYTES } from './spool-entry.ts'
import type { Clock } from '../clock.ts'
import { type FolderLock, lockFolder } from '../folder-lock.ts'

/** A new segment begins beyond this; drained segments are deleted whole. */
const SEGMENT_BYTES = 64 * 1024 * 1024
const SEGMENT = /^(\d{12})\.spool$/
const POSITION_FILE = 'position.json'

interface Segment {
  number: number
  /** Bytes of complete entries. */
  bytes: number
  /** Something behind them cannot be read: the file is kept for a person when its entries are drained. */
  damaged: boolean
}

interface Position {
  segment: number
  offset: number
}

/** Records taken from the front, and where the next one begins. */
export interface SpoolBatch {
  records: Outbound[]
  next: Position
}

/**
 * A queue of records on disk, oldest first: append-only files of checked entries, and a position file that says what has
 * been taken out. An append is forced to disk before it resolves. After kill -9 the complete entries are there; records of
 * a batch whose `drop` was not reached come again. Not safe for concurrent calls: the publisher makes them one by one.
 */
export class Spool {
  readonly #folder: string
  readonly #lock: FolderLock
  readonly #segments: Segment[]
  #position: Position
  #count: number
  #writer: FileHandle | null = null
  #reader: { segment: number; file: FileHandle } | null = null

  private constructor(folder: string, lock: FolderLock, segments: Segment[], position: Position, count: number) {
    this.#folder = folder
    this.#lock = lock
    this.#segments = segments
    this.#position = position
    this.#count = count
  }

  /** Throws LOG_LOCKED when another process has the folder, FOLDER_UNWRITABLE, DISK_FULL. */
  static async open(folder: string, logger: Logger, clock: Clock): Promise<Spool> {
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw asVigilError(error, 'FOLDER_UNWRITABLE')
    }
    const lock = lockFolder(folder, clock)
    try {
      const numbers = readdirSync(folder)
        .map((name) => Number(SEGMENT.exec(name)?.[1] ?? NaN))
        .filter(Number.isFinite)
        .sort((a, b) => a - b)
      const position = readPosition(folder, numbers[0] ?? 1)
      const segments: Segment[] = []
      let count = 0
      for (const number of numbers) {
        if (number < position.segment) {
          rmSync(segmentPath(folder, number))
          continue
        }
        const from = number === position.segment ? position.offset : 0
        const scanned = await scan(segmentPath(folder, number), from)
        // A position behind the end is of a file that lost its end with the power.
        if (number === position.segment) position.offset = Math.min(position.offset, scanned.bytes)
        const damaged = scanned.damagedBytes > 0 && number !== numbers.at(-1)
        segments.push({ number, bytes: scanned.bytes, damaged })
        count += scanned.entries
        if (scanned.damagedBytes === 0) continue
        // An append that was cut by a crash was never acknowledged. Anything else is a damaged disk: keep it for a person.
        if (number === numbers.at(-1))
          logger.info({ bytes: scanned.damagedBytes }, 'an unfinished spool entry is dropped')
        else logger.error({ bytes: scanned.damagedBytes, segment: number }, 'a part of the spool cannot be read')
      }
      return new Spool(folder, lock, segments, position, count)
    } catch (error) {
      lock.release()
      throw asVigilError(error, 'FOLDER_UNWRITABLE')
    }
  }

  get count(): number {
    return this.#count
  }

  /** Bytes on disk that the log does not have yet. */
  get bytes(): number {
    const { segment, offset } = this.#position
    return this.#segments.reduce((sum, { number, bytes }) => sum + bytes - (number === segment ? offset : 0), 0)
  }

  /** Resolves when the records are on disk. Throws DISK_FULL; then none of them is in the spool. */
  async append(records: readonly Outbound[]): Promise<void> {
    if (records.length === 0) return
    const bytes = Buffer.concat(records.map(encodeEntry))
    const last = await this.#segmentForAppend()
    try {
      if (this.#writer === null) throw new VigilError('FOLDER_UNWRITABLE')
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#writer.write(bytes, done, bytes.length - done, last.bytes + done)
        done += bytesWritten
      }
      await this.#writer.datasync()
    } catch (error) {
      // What was written of it is cut off, so that a next try begins where this one did.
      await this.#writer?.truncate(last.bytes).catch(() => undefined)
      throw asVigilError(error, 'FOLDER_UNWRITABLE')
    }
    last.bytes += bytes.length
    this.#count += records.length
  }

  /** The oldest records, at most `maxRecords` and `maxBytes` of them but at least one; null when there is none. */
  async peek(maxRecords: number, maxBytes: number): Promise<SpoolBatch | null> {
    const segment = this.#firstWithRecords()
    if (segment === undefined) return null
    const file = await this.#readerOf(segment.number)
    const records: Outbound[] = []
    const start = this.#position.offset
    const bytes = Buffer.alloc(Math.min(maxBytes, segment.bytes - start))
    await file.read(bytes, 0, bytes.length, start)
    let taken = 0
    while (records.length < maxRecords && taken < bytes.length) {
      const entry = decodeEntry(bytes.subarray(taken))
      if (entry === null) break
      records.push(entry.record)
      taken += entry.bytes
    }
    // The first one alone is larger than a batch may be.
    const single = records.length === 0 ? await readEntry(file, start, segment.bytes) : null
    if (single !== null) records.push(single.record)
    if (records.length === 0) throw new VigilError('FOLDER_UNWRITABLE', 'a spool entry cannot be read')
    const offset = start + (single?.bytes ?? taken)
    return { records, next: { segment: segment.number, offset } }
  }

  /** Takes out what `peek` gave. */
  async drop(batch: SpoolBatch): Promise<void> {
    this.#position = batch.next
    this.#count -= batch.records.length
    writePosition(this.#folder, this.#position)
    for (let first = this.#segments[0]; first !== undefined && this.#isDrained(first); first = this.#segments[0])
      await this.#removeFirst(first)
  }

  async close(): Promise<void> {
    await this.#writer?.close()
    await this.#reader?.file.close()
    this.#writer = null
    this.#reader = null
    this.#lock.release()
  }

  #isDrained(segment: Segment): boolean {
    const { number, bytes } = segment
    return number < this.#position.segment || (number === this.#position.segment && bytes <= this.#position.offset)
  }

  #firstWithRecords(): Segment | undefined {
    const first = this.#segments[0]
    if (first !== undefined && this.#position.segment === first.number && this.#position.offset < first.bytes)
      return first
    const next = this.#segments.find((segment) => segment.number > this.#position.segment && segment.bytes > 0)
    if (next !== undefined) this.#position = { segment: next.number, offset: 0 }
    return next
  }

  async #segmentForAppend(): Promise<Segment> {
    let last = this.#segments.at(-1)
    if (last === undefined || last.bytes >= SEGMENT_BYTES) {
      await this.#writer?.close()
      this.#writer = null
      last = { number: Math.max(last?.number ?? 0, this.#position.segment) + 1, bytes: 0, damaged: false }
      this.#segments.push(last)
    }
    this.#writer ??= await this.#writerOf(last)
    return last
  }

  async #writerOf(segment: Segment): Promise<FileHandle> {
    const path = segmentPath(this.#folder, segment.number)
    try {
      // Made if need be, but not opened for appending: that would ignore positions.
      await (await open(path, 'a')).close()
      const writer = await open(path, 'r+')
      // What lies behind the last complete entry is of an append that was cut.
      if ((await writer.stat()).size > segment.bytes) await writer.truncate(segment.bytes)
      await syncFolder(this.#folder)
      return writer
    } catch (error) {
      throw asVigilError(error, 'FOLDER_UNWRITABLE')
    }
  }

  async #readerOf(segment: number): Promise<FileHandle> {
    if (this.#reader?.segment === segment) return this.#reader.file
    await this.#reader?.file.close()
    this.#reader = { segment, file: await open(segmentPath(this.#folder, segment), 'r') }
    return this.#reader.file
  }

  async #removeFirst(segment: Segment): Promise<void> {
    if (this.#reader?.segment === segment.number) {
      await this.#reader.file.close()
      this.#reader = null
    }
    if (this.#segments.length === 1) {
      await this.#writer?.close()
      this.#writer = null
    }
    this.#segments.shift()
    const path = segmentPath(this.#folder, segment.number)
    if (segment.damaged) renameSync(path, `${path}.damaged`)
    else rmSync(path, { force: true })
  }
}

async function readEntry(
  file: FileHandle,
  offset: number,
  end: number,
): Promise<{ record: Outbound; bytes: number } | null> {
  const header = Buffer.alloc(ENTRY_HEADER_BYTES)
  await file.read(header, 0, header.length, offset)
  const bytes = Buffer.alloc(Math.min(ENTRY_HEADER_BYTES + header.readUInt32LE(0), end - offset))
  await file.read(bytes, 0, bytes.length, offset)
  return decodeEntry(bytes)
}

/** Counts the complete entries from `from` on. */
async function scan(path: string, from: number): Promise<{ bytes: number; entries: number; damagedBytes: number }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    let offset = Math.min(from, size)
    let entries = 0
    while (offset < size) {
      const entry = await readEntry(file, offset, size)
      if (entry === null) break
      offset += entry.bytes
      entries++
    }
    return { bytes: offset, entries, damagedBytes: size - offset }
  } finally {
    await file.close()
  }
}

function readPosition(folder: string, firstSegment: number): Position {
  try {
    const read = JSON.parse(readFileSync(join(folder, POSITION_FILE), 'utf8')) as Partial<Position>
    if (Number.isInteger(read.segment) && Number.isInteger(read.offset))
      return { segment: read.segment ?? firstSegment, offset: read.offset ?? 0 }
  } catch {
    // There is none yet, or it cannot be read: everything comes again, which consumers know how to take.
  }
  return { segment: firstSegment, offset: 0 }
}

function writePosition(folder: string, position: Position): void {
  const path = join(folder, POSITION_FILE)
  writeFileSync(`${path}.tmp`, JSON.stringify(position))
  renameSync(`${path}.tmp`, path)
}

function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(12, '0')}.spool`)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

function asVigilError(error: unknown, otherwise: 'FOLDER_UNWRITABLE'): VigilError {
  if (error instanceof VigilError) return error
  const code = (error as NodeJS.ErrnoException).code
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new VigilError(full ? 'DISK_FULL' : otherwise, `the spool${code === undefined ? '' : ` (${code})`}`, {
    cause: error,
  })
}
