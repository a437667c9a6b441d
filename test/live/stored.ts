import { pino } from 'pino'
import { defaultConfig } from '../../src/config.ts'
import { openArchive } from '../../src/store/open-archive.ts'
import { clock } from './ward-process.ts'

/** Asks the embedded archive of a ward that has stopped. */
export async function stored<T extends object>(
  dataDir: string,
  queries: Readonly<Record<string, string>>,
): Promise<Record<string, T[]>> {
  const archive = await openArchive(defaultConfig({ dataDir }), clock, pino({ level: 'silent' }))
  try {
    const answers: Record<string, T[]> = {}
    for (const [name, sql] of Object.entries(queries)) answers[name] = await archive.query<T>(sql)
    return answers
  } finally {
    await archive.close()
  }
}
