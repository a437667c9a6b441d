import { writeAlarms } from './alarms.ts'
import { writeAdmissions, writeEntries } from './entries.ts'
import { writeFrames } from './frames.ts'
import { writeHeartSounds } from './heart-sounds.ts'
import { writeMortalityStays, writeSepsisStays } from './stays.ts'

/** A folder laid out like ../shared/data, of made-up records, nobody's; the same every time. */
export async function writeMadeData(folder: string): Promise<void> {
  await Promise.all([
    writeHeartSounds(folder),
    writeAlarms(folder),
    writeSepsisStays(folder),
    writeMortalityStays(folder),
    writeFrames(folder),
    writeEntries(folder),
    writeAdmissions(folder),
  ])
}
