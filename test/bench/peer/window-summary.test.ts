import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log, LogRecord } from '../../../src/ingest/log.ts'
import { readReading } from '../../../src/ingest/record-check.ts'
import type { TopicName } from '../../../src/ingest/topics.ts'
import type { Outbound, PatientWindow, Reading } from '../../../src/reading.ts'
import { fillTwin } from './avro-twin.ts'
import { eventsOf, FIRST_EVENT_MS, type Load, TAIL_SECONDS } from './peer-events.ts'
import { noHistory, readingsOf } from '../../support/window-readings.ts'
import { windowSummary } from './window-summary.ts'

const LOAD: Load = { patients: 8, seconds: 100, seed: 42 }
const WINDOW_MS = 10_000
const SHIFT_MS = 50 * 365 * 86_400_000

/**
 * What peer.Verify printed of peer.App's output for `peer.Gen … 8 100 6 42`, on Kafka Streams 4.3.1. The sums run over every
 * byte of every window, so equal sums mean the same events, and that the summary reads them as the peer does.
 */
const PEER_SAYS = { windows: 80, videoByteSum: 1_565_345_013, peakSum: 2_621_401, audioSumSq: 1_167_997_746_038_830 }

for (const oddBytes of [0, 1])
  test(`the twin's windows have the peer's digest, ${oddBytes === 0 ? 'copied' : 'as views that begin anywhere'}`, async () => {
    const appended: Outbound[] = []
    const log = { append: async (records: readonly Outbound[]) => void appended.push(...records) }
    await fillTwin(log as unknown as Log, LOAD, SHIFT_MS)
    assert.equal(appended.length, eventsOf(LOAD) + LOAD.patients * TAIL_SECONDS * 2, 'heartbeats are ours alone')

    const digest = { windows: 0, videoByteSum: 0, peakSum: 0, audioSumSq: 0 }
    for (const window of windowsOf(appended.map(readingOf), oddBytes)) {
      const summary = windowSummary(window, SHIFT_MS)
      assert.equal(summary.length, 224)
      assert.deepEqual([summary.readInt32BE(24), summary.readInt32BE(180), summary.readInt32BE(204)], [100, 10, 10])
      assert.equal(Number(summary.readBigInt64BE(8)) + SHIFT_MS, window.startMs)
      digest.windows++
      digest.audioSumSq += summary.readDoubleBE(192)
      digest.peakSum += summary.readInt32BE(200)
      digest.videoByteSum += Number(summary.readBigInt64BE(216))
    }
    assert.deepEqual(digest, PEER_SAYS)
  })

function readingOf({ topic, key, value }: Outbound): Reading {
  const bytes = Buffer.from(value ?? Buffer.alloc(0))
  const record: LogRecord = {
    topic: topic as TopicName,
    partition: 0,
    offset: 0,
    key,
    value: bytes,
    appendTimeMs: FIRST_EVENT_MS + SHIFT_MS + LOAD.seconds * 1_000,
  }
  const read = readReading(record, { futureToleranceMs: 60_000 })
  assert.ok(read.ok, read.ok ? '' : read.code)
  return read.reading
}

/** The full windows, by brute force. */
function windowsOf(readings: readonly Reading[], oddBytes: number): PatientWindow[] {
  const windows = new Map<string, { vitals: Reading[]; pcg: Reading[]; video: Reading[] }>()
  for (const reading of readings) {
    const { patientId, eventTimeMs, heartbeat } = reading.record
    const startMs = Math.floor(eventTimeMs / WINDOW_MS) * WINDOW_MS
    if (heartbeat || startMs >= FIRST_EVENT_MS + SHIFT_MS + LOAD.seconds * 1_000) continue
    const key = `${patientId}/${startMs}`
    const window = windows.get(key) ?? { vitals: [], pcg: [], video: [] }
    windows.set(key, window)
    window[reading.modality].push(reading)
  }
  return [...windows].map(([key, { vitals, pcg, video }]) => {
    const [patientId = '', start] = key.split('/')
    return {
      patientId,
      startMs: Number(start),
      endMs: Number(start) + WINDOW_MS,
      readings: readingsOf({
        vitals: vitals.flatMap((reading) => (reading.modality === 'vitals' ? [reading.record] : [])),
        pcg: pcg.flatMap(({ modality, record }) =>
          modality === 'pcg' ? [{ ...record, samples: moved(record.samples, oddBytes) }] : [],
        ),
        video: video.flatMap(({ modality, record }) =>
          modality === 'video' ? [{ ...record, jpeg: moved(record.jpeg, oddBytes) }] : [],
        ),
      }),
      context: null,
      history: noHistory(),
      sources: [],
    }
  })
}

/** The same bytes at another place in memory. */
function moved(bytes: Buffer, by: number): Buffer {
  return Buffer.concat([Buffer.alloc(by + 8), bytes]).subarray(by + 8)
}
