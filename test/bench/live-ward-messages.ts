/** What the live ward is told on its command line. */
export interface LiveWardOptions {
  beds: number
  seed: number
  dataDir: string
  waveforms: readonly string[]
}

/** To the ward: from now on, how often a bed crosses a limit; null: none does. */
export interface LiveWardAsked {
  crossEveryMs: number | null
}

/** A bed's reading beyond a limit that alarms without delay, and the moment before it was given to the log. */
export interface Crossing {
  patientId: string
  sentMs: number
}

export type LiveWardSays = { address: string } | { crossing: Crossing } | { behindMs: number }
