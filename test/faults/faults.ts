import { BROKER_AWAY, BROKER_RESTARTED } from './broker-faults.ts'
import { type Fault } from './fault.ts'
import { MODEL_KILLED } from './model-killed.ts'
import { PARTITIONED } from './partitioned.ts'
import { KILLED, PAUSED, STOPPED } from './process-faults.ts'
import { REBALANCE_STORM } from './rebalance-storm.ts'

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  KILLED,
  STOPPED,
  PAUSED,
  BROKER_RESTARTED,
  BROKER_AWAY,
  PARTITIONED,
  MODEL_KILLED,
  REBALANCE_STORM,
]
