import { rmSync } from 'node:fs'
import { pino } from 'pino'
import { io } from 'socket.io-client'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { ENCODE } from '../../src/ingest/outbound.ts'
import { startPipeline } from '../../src/pipeline.ts'
import { type PatientContext } from '../../src/reading.ts'
import { type Screen, temporaryFolder } from '../live/ward-process.ts'
import { readingOf } from '../support/readings.ts'
import { type Benchmark, quantile } from './figure.ts'

const ALERTS = 300
const SCREENS = 5
const clock = new SystemClock()

/**
 * From the append of a vitals record that crosses a limit without delay to the alert at a Socket.IO client, on the embedded
 * log with all seven stages and the demo ward of 8 beds running beside it, and some screens connected.
 */
export const alertLatency: Benchmark = {
  name: 'alert',
  run: async () => {
    const dataDir = temporaryFolder()
    const config = defaultConfig({ port: 0, dataDir, demo: 'on', recordingsDir: 'none' })
    const pipeline = await startPipeline(config, clock, pino({ level: 'silent' }))
    const screens: Screen[] = []
    for (let screen = 0; screen < SCREENS; screen++) {
      const socket: Screen = io(pipeline.address() ?? '', { transports: ['websocket'] })
      await new Promise<void>((resolve) => socket.once('connect', resolve))
      await socket.emitWithAck('watch', {})
      screens.push(socket)
    }
    const seen = new Map<string, number>()
    screens[0]?.on('alert', (alert) => {
      if (alert.condition.startsWith('limit:spo2') && !seen.has(alert.patientId))
        seen.set(alert.patientId, clock.monotonicMs())
    })
    await clock.sleep(5_000)
    const latencies: number[] = []
    for (let index = 0; index < ALERTS; index++) {
      const patientId = `bench-${index}`
      await pipeline.log.append([ENCODE.context(contextOf(patientId, clock.nowMs()))])
      await clock.sleep(20)
      const numerics = [{ code: 'spo2', value: 70, unit: '%', validity: 'valid' as const }]
      const sentMs = clock.monotonicMs()
      await pipeline.log.append([ENCODE.reading(readingOf({ patientId, eventTimeMs: clock.nowMs(), numerics }))])
      while (!seen.has(patientId) && clock.monotonicMs() - sentMs < 5_000) await clock.sleep(1)
      latencies.push((seen.get(patientId) ?? Infinity) - sentMs)
    }
    const peakRssMb = process.resourceUsage().maxRSS / 1024
    for (const screen of screens) screen.disconnect()
    await pipeline.stop()
    rmSync(dataDir, { recursive: true, force: true })
    return [
      { name: 'p50Ms', says: 'limit alert, reading to screen, p50', value: quantile(latencies, 0.5), unit: 'ms' },
      { name: 'p99Ms', says: 'limit alert, reading to screen, p99', value: quantile(latencies, 0.99), unit: 'ms' },
      {
        name: 'peakRssMb',
        says: 'peak RSS, all stages and 8 demo beds, without the inference process',
        value: peakRssMb,
        unit: 'MB',
      },
    ]
  },
}

function contextOf(patientId: string, effectiveTimeMs: number): PatientContext {
  return {
    patientId,
    unitId: 'bench',
    bedId: patientId,
    effectiveTimeMs,
    ageBand: '',
    sex: 'unknown',
    diagnosis: '',
    notes: [],
    labs: [],
    consciousness: null,
    supplementalOxygen: null,
    hypercapnicTarget: false,
    deviceIds: [],
    generationMode: 'test',
  }
}
