import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Archive } from './archive.ts'
import type { Database } from './database.ts'
import { maintain } from './maintenance.ts'
import { migrate, readMigrations } from './migrate.ts'
import { openPgliteDatabase } from './pglite-database.ts'
import { setRetention } from './retention.ts'
import { SqlArchive } from './sql-archive.ts'
import { openTimescaleDatabase } from './timescale-database.ts'

/** One writes, the others answer the quality team. */
const CONNECTIONS = 4

/**
 * Opens the archive the configuration names: a TimescaleDB server, or the embedded one below the data folder. Migrated,
 * with its policies set. Throws DATABASE_UNAVAILABLE, DATABASE_UNPROVEN, MIGRATION_CHANGED, LOG_LOCKED, DISK_FULL,
 * FOLDER_UNWRITABLE. The signal ends the opening of the embedded one, which takes seconds the first time.
 */
export async function openArchive(
  config: Config,
  clock: Clock,
  logger: Logger,
  signal?: AbortSignal,
): Promise<Archive> {
  const { databaseUrl: url, dataDir } = config
  const database =
    url === ''
      ? await openPgliteDatabase(join(dataDir, 'archive'), clock, signal)
      : await openTimescaleDatabase({ url, connections: CONNECTIONS, logger })
  return archiveOver(database, config, clock, logger)
}

/** Makes an archive of an open database, which it closes when that fails. */
export async function archiveOver(
  database: Database,
  config: Pick<Config, 'mediaRetentionMs' | 'rowRetentionMs'>,
  clock: Clock,
  logger: Logger,
): Promise<Archive> {
  try {
    const applied = await migrate(database, readMigrations())
    if (applied.length > 0) logger.info({ applied }, 'the archive was migrated')
    await setRetention(database, config)
    return new SqlArchive(database, database.schedulesJobs ? null : maintain(database, clock, logger))
  } catch (error) {
    await database.close()
    throw error
  }
}
