import { BROKER_AWAY, BROKER_RESTARTED } from './broker-faults.ts'
import { DATABASE_AWAY } from './database-away.ts'
import type { Fault } from './fault.ts'
import { FULL_DISK } from './full-disk.ts'
import { MODEL_KILLED } from './model-killed.ts'
import { PARTITIONED } from './partitioned.ts'
import { KILLED, PAUSED, STOPPED } from './process-faults.ts'
import { REBALANCE_STORM } from './rebalance-storm.ts'
import { ROLLING_UPGRADE } from './rolling-upgrade.ts'

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  KILLED,
  STOPPED,
  PAUSED,
  BROKER_RESTARTED,
  BROKER_AWAY,
  PARTITIONED,
  FULL_DISK,
  DATABASE_AWAY,
  MODEL_KILLED,
  ROLLING_UPGRADE,
  REBALANCE_STORM,
]
