/** The seven stages in the order of the flow, which is the order of the alphabet. */
export const STAGES = ['acquire', 'ingest', 'join', 'predict', 'raise', 'store', 'watch'] as const
export type StageName = (typeof STAGES)[number]

/** What a stage says of itself; `detail` is one sentence for a person, without patient data. */
export interface StageHealth {
  state: 'starting' | 'running' | 'degraded' | 'failed' | 'stopped'
  detail: string
}

/** A part of the pipeline with a life of its own. `stop` is idempotent and ends within 10 s. */
export interface Stage {
  readonly name: StageName
  start(): Promise<void>
  stop(): Promise<void>
  health(): StageHealth
}
