import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { startPipeline } from '../../src/pipeline.ts'
import type { LiveWardAsked, LiveWardOptions, LiveWardSays } from './live-ward-messages.ts'
import { SyntheticWard, WELL_SPO2 } from './synthetic-ward.ts'

/** How often what has become due is appended: most beds speak alone. */
const TICK_MS = 10
/** Below the unit's high limit, which has no delay. */
const LOW_SPO2 = 70

// A process of its own: all stages, and beds that are fed in real time until its parent lets go of it. Beds cross a limit in turn.
const options = JSON.parse(process.argv[2] ?? '') as LiveWardOptions
const clock = new SystemClock()
const say = (said: LiveWardSays): void => void (process.connected && process.send?.(said))
const { dataDir, waveforms } = options
const config = defaultConfig({ port: 0, dataDir, demo: 'off', recordingsDir: 'none' })
const pipeline = await startPipeline(config, clock, pino({ level: 'error' }, pino.destination(2)))
const ward = await SyntheticWard.make(options.beds, options.seed, { waveforms })
await pipeline.log.append(ward.contexts(clock.nowMs()))

let everyMs: number | null = null
let nextMs = 0
let nextBed = 0
/** Beds whose next reading lies beyond the limit; the one after is well again. */
const crossing = new Set<number>()
process.on('message', ({ crossEveryMs }: LiveWardAsked) => {
  everyMs = crossEveryMs
  nextMs = clock.nowMs()
})
let stopping = false
process.once('disconnect', () => (stopping = true))

let throughMs = clock.nowMs()
let saidAtMs = throughMs
say({ address: pipeline.address() ?? '' })
while (!stopping) {
  const nowMs = clock.nowMs()
  if (everyMs !== null && nowMs >= nextMs) {
    nextMs += everyMs
    crossing.add(nextBed)
    nextBed = (nextBed + 1) % options.beds
  }
  const crossed: number[] = []
  const readings = ward.between(throughMs, nowMs, (bed) => {
    if (!crossing.delete(bed)) return WELL_SPO2
    crossed.push(bed)
    return LOW_SPO2
  })
  const sentMs = clock.nowMs()
  await pipeline.log.append(readings)
  for (const bed of crossed) say({ crossing: { patientId: ward.patientId(bed), sentMs } })
  throughMs = nowMs
  const behindMs = clock.nowMs() - nowMs
  if (nowMs - saidAtMs >= 1_000) {
    saidAtMs = nowMs
    say({ behindMs })
  }
  await clock.sleep(Math.max(1, TICK_MS - behindMs))
}
await pipeline.stop()
process.exit()
