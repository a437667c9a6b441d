import type { Deadline } from './deadline.ts'

/** The seven stages in the order of the flow, which is the order of the alphabet. */
export const STAGES = ['acquire', 'ingest', 'join', 'predict', 'raise', 'store', 'watch'] as const
export type StageName = (typeof STAGES)[number]

export const STAGE_STATES = ['starting', 'running', 'degraded', 'failed', 'stopped'] as const

/** What a stage says of itself; `detail` is one sentence for a person, without patient data. */
export interface StageHealth {
  state: (typeof STAGE_STATES)[number]
  detail: string
}
export type NamedHealth = { name: StageName } & StageHealth

/** A part of the pipeline with a life of its own. `stop` is idempotent and ends by its deadline; without one within 10 s. */
export interface Stage {
  readonly name: StageName
  start(): Promise<void>
  stop(deadline?: Deadline): Promise<void>
  health(): StageHealth
}
