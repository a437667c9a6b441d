import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { ErrorCode } from '../../src/errors.ts'
import type { Log } from '../../src/ingest/log.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { TOPIC_NAMES } from '../../src/ingest/topics.ts'
import type { Outbound } from '../../src/reading.ts'
import type { DeadLetterView } from '../../src/watch/events.ts'
import { readingOf, type Said } from '../support/readings.ts'
import { clock, eventually, nextEvent, type WardProcess } from './ward-process.ts'

const KEY = 'bad-input'

/** Bad input at every door of a running ward: each is in dead-letter with its code, a counter moves, and the ward goes on. */
export function badInputs(ward: WardProcess, settings: readonly string[], openLog: () => Promise<Log>): void {
  const vitals = (said: Partial<Said>): Outbound =>
    ENCODE.reading(readingOf({ patientId: KEY, eventTimeMs: clock.nowMs(), ...said }))
  const numeric = (value: number) => [{ code: 'hr', value, unit: '/min', validity: 'valid' as const }]

  async function arrives(code: ErrorCode, topic: string, already: ReadonlySet<string>): Promise<void> {
    await eventually(`${code} of ${topic} in dead-letter`, 20_000, async () => {
      const letters = await ward.get<DeadLetterView[]>('/api/dead-letters?limit=500')
      return letters.some((letter) => letter.code === code && letter.topic === topic && !already.has(letter.id))
    })
  }

  async function known(): Promise<Set<string>> {
    return new Set((await ward.get<DeadLetterView[]>('/api/dead-letters?limit=500')).map(({ id }) => id))
  }

  function refuses(name: string, code: ErrorCode, record: () => Outbound): void {
    it(name, async () => {
      const [already, before] = [await known(), await ward.metric('vigil_dead_letters_total', `code="${code}"`)]
      const log = await openLog()
      const sent = record()
      await log.append([sent])
      await log.close()
      await arrives(code, sent.topic, already)
      assert.ok((await ward.metric('vigil_dead_letters_total', `code="${code}"`)) > before, 'a counter moved')
    })
  }

  for (const topic of TOPIC_NAMES)
    // The state topics are read when a partition is taken over; what is bad there is found by the next owner.
    if (topic !== 'alert-state' && topic !== 'join-state')
      refuses(`keeps garbage on ${topic} as a dead letter`, 'RECORD_NOT_FRAMED', () => ({
        topic,
        key: KEY,
        value: Buffer.from('garbage'),
      }))
  refuses('keeps a record of an unknown schema', 'SCHEMA_UNKNOWN', () => ({
    topic: 'vitals',
    key: KEY,
    value: Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.alloc(8, 0xee), Buffer.from('body')]),
  }))
  refuses('keeps a record with a NaN', 'VALUE_NOT_FINITE', () => vitals({ numerics: numeric(NaN) }))
  refuses('keeps a reading of 1970', 'TIME_IMPLAUSIBLE', () => vitals({ eventTimeMs: 1_000 }))
  refuses('keeps a reading of 2099', 'TIME_IMPLAUSIBLE', () => vitals({ eventTimeMs: Date.UTC(2099, 0, 1) }))
  refuses('keeps a reading of five minutes ahead', 'TIME_AHEAD', () => vitals({ eventTimeMs: clock.nowMs() + 300_000 }))

  it('keeps a truncated WAV and a video of no bytes as dead letters, and says so with exit code 1', async () => {
    const already = await known()
    const [wav, mp4] = [join(ward.dataDir, 'short.wav'), join(ward.dataDir, 'empty.mp4')]
    writeFileSync(wav, truncatedWav())
    writeFileSync(mp4, '')
    const main = join(PACKAGE_ROOT, 'dist/src/main.js')
    const who = ['--patient', KEY, '--unit', 'icu', '--bed', 'Bed 99', '--mode', 'test', '--speed', 'max']
    const args = [
      'acquire',
      ...settings,
      '--data',
      join(ward.dataDir, 'edge'),
      ...who,
      '--heart-sound',
      wav,
      '--video',
      mp4,
    ]
    const { status, stdout, stderr } = spawnSync('node', [main, ...args], { encoding: 'utf8', timeout: 60_000 })
    assert.equal(status, 1, `${stdout}${stderr}`)
    await arrives('FILE_TRUNCATED', 'heart-audio', already)
    await arrives('FILE_EMPTY', 'procedure-video', already)
  })

  it('keeps garbage on the topics of state as dead letters when the next owner reads them', async () => {
    const log = await openLog()
    for (const topic of ['alert-state', 'join-state'] as const)
      await log.append([{ topic, key: KEY, value: Buffer.from('garbage') }])
    await log.close()
    assert.equal(await ward.end('SIGTERM'), 0)
    await ward.start()
    for (const topic of ['alert-state', 'join-state'] as const) await arrives('RECORD_NOT_FRAMED', topic, new Set())
    assert.ok((await ward.metric('vigil_dead_letters_total', 'code="RECORD_NOT_FRAMED"')) >= 2, 'a counter moved')
  })

  it('goes on watching the ward', async () => {
    await eventually('healthz 200', 20_000, async () => (await fetch(`${ward.address}/healthz`)).status === 200)
    const screen = await ward.screen()
    await screen.emitWithAck('watch', {})
    await nextEvent(screen, 'vitals', ({ patientId }) => patientId.startsWith('demo'), 10_000)
    await nextEvent(screen, 'prediction', ({ patientId }) => patientId.startsWith('demo'), 30_000)
  })
}

/** A header that promises two seconds and bytes for one. */
function truncatedWav(): Buffer {
  const rateHz = 1_000
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + rateHz * 4, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(rateHz, 24)
  header.writeUInt32LE(rateHz * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(rateHz * 4, 40)
  return Buffer.concat([header, Buffer.alloc(rateHz * 2, 3)])
}
