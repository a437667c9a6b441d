import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { defaultConfig, recordingsFolder } from '../../src/config.ts'
import {
  openRecording,
  type Recording,
  type RecordedReading,
  type RecordingOptions,
} from '../../src/acquire/recording.ts'
import { SystemClock } from '../../src/clock.ts'

/** The real recordings; null where this machine has none. */
export const RECORDINGS = recordingsFolder(defaultConfig())

/** For `test(name, { skip })`: why a test of real recordings is left out. In CI nothing may be. */
export const skip = RECORDINGS === null && process.env['CI'] !== 'true' ? 'the real recordings are not there' : false

/** Paths below the recordings whose name fits, in order. */
export function recordingsLike(folder: string, pattern: RegExp): string[] {
  if (RECORDINGS === null) throw new Error('the real recordings are not there')
  const path = join(RECORDINGS, folder)
  return readdirSync(path)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(path, name))
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-acquire-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function opened(path: string, options: Partial<RecordingOptions> = {}): Promise<Recording> {
  const result = await openRecording(path, { clock: new SystemClock(), ...options })
  if (!result.ok) throw new Error(`${result.code}: ${result.detail}`)
  return result.recording
}

export async function allReadings(recording: Recording): Promise<RecordedReading[]> {
  const readings: RecordedReading[] = []
  for await (const reading of recording.read()) readings.push(reading)
  return readings
}

/** A mono 16-bit WAV file; `statedBytes`: what its header says, if not the truth. */
export function wavFile(samples: readonly number[], rateHz: number, statedBytes = samples.length * 2): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + statedBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rateHz, 24)
  header.writeUInt32LE(rateHz * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(statedBytes, 40)
  const body = Buffer.alloc(samples.length * 2)
  samples.forEach((sample, index) => body.writeInt16LE(sample, index * 2))
  return Buffer.concat([header, body])
}
