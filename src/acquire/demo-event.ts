/** What may befall a bed of the demo ward for a while. */
export type DemoEventKind =
  /** The patient moves: noise on ECG and pleth, numerics questionable or invalid. */
  | 'motion'
  /** The ECG electrodes are off: no ECG, no heart rate from it, no impedance respiration. */
  | 'ecg_leads_off'
  /** An electrode swings loose: the monitor counts its jolts as beats, and calls it valid; pulse and pressure go on. */
  | 'ecg_artefact'
  /** The oximeter is off the finger: no pleth, no SpO2, no pulse rate. */
  | 'oximeter_off'
  /** True silence: nothing arrives. */
  | 'monitor_silent'
  | 'stethoscope_silent'
  | 'scope_silent'
  /** Nothing to say, and saying so: heartbeats. */
  | 'stethoscope_resting'
  | 'scope_resting'
  /** The scope lies against the wall: frames without a view. */
  | 'view_lost'

/** In seconds of the script, `fromS` inclusive, `toS` exclusive; whole seconds within one round. */
export type DemoEvent = readonly [kind: DemoEventKind, fromS: number, toS: number]

/** The events of a script, which begin anew every `periodS`. */
export class DemoEvents {
  readonly #events: readonly DemoEvent[]
  readonly #periodS: number

  constructor(events: readonly DemoEvent[], periodS: number) {
    this.#events = events
    this.#periodS = periodS
  }

  during(kind: DemoEventKind, timeS: number): boolean {
    const inRoundS = timeS - Math.floor(timeS / this.#periodS) * this.#periodS
    return this.#events.some(([its, fromS, toS]) => its === kind && inRoundS >= fromS && inRoundS < toS)
  }

  /** How many of the seconds 0, 1, … `second - 1` are outside `kind`: a silent feed uses up no sequence numbers. */
  secondsWithout(kind: DemoEventKind, second: number): number {
    const round = Math.floor(second / this.#periodS)
    const inRoundS = second - round * this.#periodS
    let within = 0
    for (const [its, fromS, toS] of this.#events) {
      if (its !== kind) continue
      within += round * (toS - fromS) + Math.min(Math.max(inRoundS - fromS, 0), toS - fromS)
    }
    return second - within
  }
}
