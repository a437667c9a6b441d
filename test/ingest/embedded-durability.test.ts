import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { openEmbeddedLog } from '../../src/ingest/embedded-log.ts'
import type { Log } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'

const CHILD = join(dirname(fileURLToPath(import.meta.url)), 'appending-process.js')
const folder = mkdtempSync(join(tmpdir(), 'vigil-killed-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const open = (name: string): Promise<Log> =>
  openEmbeddedLog({
    folder: join(folder, name),
    partitions: 4,
    clock: new SystemClock(),
    logger: pino({ level: 'silent' }),
    retentionMs: 3_600_000,
    retentionBytes: 1_000_000_000,
    syncMs: 200,
  })

/** Lets a process append, kills it after so many acknowledgements, and gives the last number it acknowledged. */
async function appendAndKill(name: string, first: number, acknowledgements: number, syncMs: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, join(folder, name), String(first), String(syncMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let last = first - 1
  for await (const line of createInterface(child.stdout)) {
    last = Number(line)
    if (last >= first + acknowledgements) child.kill('SIGKILL')
  }
  await exit
  assert.equal(child.signalCode, 'SIGKILL')
  return last
}

async function numbersIn(log: Log, topic: TopicName): Promise<{ offset: number; number: number }[]> {
  const found = []
  for await (const { offset, value } of log.readAll(topic)) found.push({ offset, number: Number(value?.toString()) })
  return found
}

describe('the embedded log, killed with -9', () => {
  for (const syncMs of [200, 0]) {
    it(`holds what it acknowledged, whole appends only, and opens again at once (syncMs ${syncMs})`, async () => {
      const name = `killed-${syncMs}`
      let next = 0
      for (const acknowledgements of [0, 3, 40, 150, 17]) {
        const acknowledged = await appendAndKill(name, next, acknowledgements, syncMs)
        const log = await open(name)
        try {
          const vitals = await numbersIn(log, 'vitals')
          const held = vitals.length - 1
          assert.ok(held >= acknowledged, `${acknowledged} were acknowledged, ${held} are there`)
          assert.deepEqual(
            vitals,
            vitals.map((_, index) => ({ offset: index, number: index })),
          )
          assert.equal(
            (await log.endOffsets('heart-audio')).reduce((sum, end) => sum + end, 0),
            vitals.length,
          )
          assert.equal((await numbersIn(log, 'alert-state')).at(-1)?.number, held)
          for (const positions of (await log.committed('vigil-killed', ['vitals'])).values()) {
            assert.ok((positions.vitals ?? 0) <= vitals.length)
          }
          next = held + 1
        } finally {
          await log.close()
        }
      }
    })
  }
})

describe('an append to the embedded log', () => {
  it('waits for others of its turn of the event loop, but not where it has an alert', async () => {
    const log = await open('urgent')
    const ends = async (topic: TopicName): Promise<number> =>
      (await log.endOffsets(topic)).reduce((sum, end) => sum + end, 0)
    const value = Buffer.from('1')
    const reading = log.append([{ topic: 'vitals', key: 'bed-1', value }])
    assert.equal(await ends('vitals'), 0, 'nothing of this turn is written yet')
    const alert = log.append([
      { topic: 'alert-state', key: 'bed-1', value },
      { topic: 'alerts', key: 'bed-1', value },
    ])
    assert.deepEqual([await ends('alerts'), await ends('alert-state')], [1, 1])
    assert.equal(await ends('vitals'), 1, 'what came before stays before')
    await Promise.all([reading, alert])
    await log.close()
  })
})
