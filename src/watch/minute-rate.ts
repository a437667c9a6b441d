const BUCKET_MS = 5_000
const BUCKETS = 12
/** Before this much has been seen, a rate would be a guess from one or two records. */
const LEAST_SPAN_MS = 10_000

interface Bucket {
  index: number
  records: number
  bytes: number
}

/** Records and bytes of the last minute, by append time, in buckets of five seconds. */
export class MinuteRate {
  readonly #buckets: Bucket[] = []
  #firstMs = Infinity

  add(timeMs: number, bytes: number): void {
    this.#firstMs = Math.min(this.#firstMs, timeMs)
    const index = Math.floor(timeMs / BUCKET_MS)
    const last = this.#buckets.at(-1)
    if (last?.index === index) {
      last.records++
      last.bytes += bytes
      return
    }
    this.#buckets.push({ index, records: 1, bytes })
    if (this.#buckets.length > BUCKETS + 1) this.#buckets.shift()
  }

  /** Scaled up while less than a minute has been seen. */
  perMinute(nowMs: number): { records: number; bytes: number } {
    const oldest = Math.floor((nowMs - BUCKETS * BUCKET_MS) / BUCKET_MS)
    const recent = this.#buckets.filter(({ index }) => index > oldest)
    const spanMs = Math.min(BUCKETS * BUCKET_MS, Math.max(LEAST_SPAN_MS, nowMs - this.#firstMs))
    const scaled = (sum: number): number => Math.round((sum * 60_000) / spanMs)
    return {
      records: scaled(recent.reduce((sum, { records }) => sum + records, 0)),
      bytes: scaled(recent.reduce((sum, { bytes }) => sum + bytes, 0)),
    }
  }
}
