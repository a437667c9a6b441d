/** What the load is told on its command line. */
export interface BedLoadOptions {
  brokers: readonly string[]
  prefix: string
  partitions: number
  beds: number
  seed: number
}

/** From the load, every second: how far behind the clock its appends are. */
export interface BedLoadSays {
  behindMs: number
}
