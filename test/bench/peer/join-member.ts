import '../../../src/compiler.ts'
import kafkajs from 'kafkajs'
import type { Counter } from 'prom-client'
import { pino } from 'pino'
import { SystemClock } from '../../../src/clock.ts'
import { defaultConfig } from '../../../src/config.ts'
import type { Log, Receiver, SubscribeOptions } from '../../../src/ingest/log.ts'
import { openLog } from '../../../src/ingest/open-log.ts'
import { JoinStage } from '../../../src/join/join-stage.ts'
import { Metrics } from '../../../src/metrics.ts'
import type { PatientWindow } from '../../../src/reading.ts'
import type { MemberHears, MemberOptions, MemberSays } from './join-member-messages.ts'
import { SummaryOutput } from './summary-output.ts'
import { windowSummary } from './window-summary.ts'

/** As the peer's. */
const GRACE_MS = 5_000
const WITHOUT_MODEL = {
  rung: 'limits_only' as const,
  risk: null,
  riskLow: null,
  riskHigh: null,
  parts: [],
  missing: [],
  model: null,
}

const options = JSON.parse(process.argv[2] ?? '') as MemberOptions
const clock = new SystemClock()
const logger = pino({ level: 'error' }, pino.destination(2))
const metrics = new Metrics()
const say = (message: MemberSays): void => void process.send?.(message)
const heard = (kind: MemberHears['kind']): Promise<void> =>
  new Promise((resolve) => process.on('message', (said: MemberHears) => (said.kind === kind ? resolve() : undefined)))
const go = heard('go')
const stop = heard('stop')

const config = defaultConfig({
  kafkaBrokers: [...options.brokers],
  topicPrefix: options.prefix,
  partitions: options.partitions,
  windowGraceMs: GRACE_MS,
})
const log = await openLog(config, clock, logger)
const producer = options.output === null ? null : await outputProducer()
const output = producer === null || options.output === null ? null : new SummaryOutput(producer, options.output)
const stage = new JoinStage({ log: observed(log), config, clock, metrics, logger, conclude })
await stage.start()
await stop
const health = stage.health()
await stage.stop()
await producer?.disconnect()
await log.close()
say({
  kind: 'stopped',
  readings: await total(metrics.readings),
  windows: await total(metrics.windowsClosed),
  late: await total(metrics.lateReadings),
  deadLetters: await total(metrics.deadLetters),
  failure: health.state === 'failed' ? health.detail : null,
})
process.disconnect()

/** The summaries go out before the windows do: what is on predictions has been summarised. */
function conclude(windows: readonly PatientWindow[]): Promise<typeof WITHOUT_MODEL>[] {
  const summarised = summarise(windows)
  return windows.map(async () => {
    await summarised
    return WITHOUT_MODEL
  })
}

async function summarise(windows: readonly PatientWindow[]): Promise<void> {
  if (output === null) return
  const summarised = windows.filter(({ startMs }) => startMs < options.endMs)
  const summaryOf = (window: PatientWindow) => windowSummary(window, options.shiftMs)
  await output.append(summarised.map((window) => ({ key: window.patientId, value: summaryOf(window) })))
  if (summarised.length > 0) say({ kind: 'written', summaries: summarised.length })
}

async function outputProducer() {
  const kafka = new kafkajs.Kafka({
    clientId: 'bench',
    brokers: [...options.brokers],
    logLevel: kafkajs.logLevel.ERROR,
  })
  const made = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await made.connect()
  return made
}

/** The log, with two marks: nothing is processed before all members have joined, and when the first record came. */
function observed(target: Log): Log {
  return new Proxy(target, {
    get(_, property: keyof Log) {
      if (property === 'subscribe')
        return (subscription: SubscribeOptions) =>
          target.subscribe({ ...subscription, receiver: marking(subscription.receiver) })
      const value = target[property]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function marking(receiver: Receiver): Receiver {
  let seen = false
  return {
    assigned: async (partitions) => {
      await receiver.assigned?.(partitions)
      say({ kind: 'assigned' })
      await go
    },
    revoked: async (partitions) => receiver.revoked?.(partitions),
    receive: (batch) => {
      if (!seen && batch.records.length > 0) {
        seen = true
        say({ kind: 'first', atMs: clock.nowMs() })
      }
      return receiver.receive(batch)
    },
  }
}

async function total(counter: Counter): Promise<number> {
  const { values } = await counter.get()
  return values.reduce((sum, { value }) => sum + value, 0)
}
