import type { Check } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { embeddedDatabaseCheck } from './embedded-database-check.ts'
import { serverCheck } from './server-check.ts'

/** The database that the settings name: a server's, or the embedded one. */
export function databaseCheck(config: Config, clock: Clock): Check {
  return config.databaseUrl === ''
    ? embeddedDatabaseCheck(config.dataDir, clock)
    : serverCheck(config.databaseUrl, clock)
}
