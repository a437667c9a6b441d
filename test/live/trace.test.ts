import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { SPAN_PARENTS, spanIdOf, type SpanName } from '../../src/trace.ts'
import { leftOut } from '../support/prerequisites.ts'
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts'
import { endMs, OtlpReceiver, type ReceivedSpan, startMs, treeOf } from './otlp-receiver.ts'
import { eventually, WardProcess } from './ward-process.ts'

const STAGES = ['acquire', 'join', 'predict', 'raise', 'store', 'watch']
const WHOLE = ['watch alert', 'watch reading', 'predict batch', 'join append', 'store commit']
/** Stages in one process share a clock of whole milliseconds. */
const TICK_MS = 1

/** About a minute: a window has to close after the alert. */
describe('traces', () => {
  const receiver = new OtlpReceiver()
  let ward: WardProcess
  before(async () => {
    const endpoint = await receiver.listen()
    const trace = ['--trace-sample', '1', '--trace-endpoint', endpoint]
    ward = new WardProcess(['--demo', 'on', '--demo-beds', '4', '--recordings', 'none', ...trace])
    await ward.start()
  })
  after(async () => {
    await ward.remove()
    receiver.close()
  })

  let alerted: ReceivedSpan[] = []

  it('follow one reading from its feed to the alert on the screens', async (t) => {
    const screen = await ward.screen()
    const shownAtMs = new Set<number>()
    screen.on('alert', (alert) => {
      if (alert.condition.startsWith('limit:')) shownAtMs.add(alert.eventTimeMs)
    })
    assert.ok((await screen.emitWithAck('watch', {})).ok)
    alerted = await eventually('a whole trace of a reading that an alert on a screen came of', 90_000, () =>
      Promise.resolve(
        [...receiver.traces().values()].find((spans) => {
          const names = new Set(spans.map(({ name }) => name))
          const root = spans.find(({ name }) => name === 'acquire reading')
          return (
            root !== undefined && shownAtMs.has(Math.round(startMs(root))) && WHOLE.every((name) => names.has(name))
          )
        }),
      ),
    )
    for (const line of treeOf(alerted)) t.diagnostic(line)
    assert.deepEqual([...new Set(alerted.map(({ name }) => name.split(' ')[0]))].sort(), STAGES)
  })

  it('have one root, every other span below the one that led to it, and no effect before its cause', () => {
    const parents: Partial<Record<string, SpanName | null>> = SPAN_PARENTS.reading
    const trace = { kind: 'reading' as const, id: alerted[0]?.traceId ?? '' }
    for (const span of alerted) {
      assert.ok(span.name in parents, span.name)
      const parent = parents[span.name] ?? null
      assert.equal(span.parentSpanId, parent === null ? undefined : spanIdOf(trace, parent), span.name)
      assert.ok(endMs(span) >= startMs(span), span.name)
      if (parent !== null)
        assert.ok(startMs(span) + TICK_MS >= startMs(spanNamed(alerted, parent)), `${span.name} after ${parent}`)
    }
    const order = ['acquire append', 'join place', 'join window', 'predict window', 'join append'] as const
    const ends = order.map((name) => endMs(spanNamed(alerted, name)))
    assert.deepEqual(
      ends,
      [...ends].sort((a, b) => a - b),
    )
    const shown = endMs(spanNamed(alerted, 'watch alert')) - startMs(spanNamed(alerted, 'acquire append'))
    assert.ok(shown < 2_000, `the alert was on its way to the screens ${shown} ms after the append began`)
  })

  it('link a window to the readings that are in it', () => {
    const windows = receiver.spans.filter(
      ({ name, parentSpanId }) => name === 'join window' && parentSpanId === undefined,
    )
    const own = windows.find(({ links = [] }) => links.some(({ traceId }) => traceId === alerted[0]?.traceId))
    assert.ok(own !== undefined, 'the window of the reading')
    const counted = ['vigil.vitals', 'vigil.pcg', 'vigil.video'].map((key) => {
      const said = own.attributes.find((attribute) => attribute.key === key)?.value
      return Number(said?.['intValue'])
    })
    assert.equal(
      own.links?.length,
      counted.reduce((sum, count) => sum + count, 0),
    )
    const names = new Set(receiver.spans.filter(({ traceId }) => traceId === own.traceId).map(({ name }) => name))
    for (const name of ['predict queue', 'predict batch', 'join append', 'raise evaluate', 'watch window'])
      assert.ok(names.has(name), `${name} of the window`)
  })

  it('hold no patient, no bed, no feed and no device', async () => {
    const { beds } = await ward.get<{ beds: { patientId: string; bedId: string }[] }>('/api/ward')
    assert.equal(beds.length, 4)
    const feeds = await ward.get<{ feedId: string; deviceId: string }[]>('/api/feeds')
    assert.ok(feeds.length > 0)
    const secret = [
      ...beds.flatMap(({ patientId, bedId }) => [patientId, bedId]),
      ...feeds.flatMap(({ feedId, deviceId }) => [feedId, deviceId]),
    ]
    for (const word of secret) assert.ok(!receiver.text.includes(word), word)
    assert.ok(receiver.text.includes('acquire reading'), 'what is searched is not empty')
  })
})

const started = await startKafkaBroker()

/** About half a minute. */
describe('a trace over two processes', { skip: leftOut(started.ok ? false : started.missing) }, () => {
  const receiver = new OtlpReceiver()
  let broker: KafkaBroker | null = null
  let ward: WardProcess
  let worker: ChildProcess
  after(async () => {
    worker.kill('SIGKILL')
    await ward.remove()
    receiver.close()
    await broker?.stop()
  })

  it('is one: nobody hands it on, and records carry nothing of it', async (t) => {
    assert.ok(started.ok, started.ok ? '' : started.missing)
    broker = started.broker
    const shared = [
      ...['--kafka-brokers', broker.brokers.join(','), '--topic-prefix', `trace-${process.pid}-`, '--partitions', '2'],
      ...['--trace-sample', '1', '--trace-endpoint', await receiver.listen()],
    ]
    const demo = ['--demo', 'on', '--demo-beds', '2', '--recordings', 'none']
    ward = new WardProcess([...shared, ...demo, '--stages', 'acquire,ingest,store,watch'])
    const address = await ward.start()
    const metricsPort = await freePort()
    const main = join(PACKAGE_ROOT, 'dist/src/main.js')
    const alone = ['--stages', 'ingest,join,predict,raise', '--metrics-port', String(metricsPort)]
    const data = join(ward.dataDir, 'worker')
    worker = spawn('node', [main, 'start', ...shared, ...alone, '--data', data], { stdio: 'ignore' })

    const whole = await eventually('a trace with spans of both', 90_000, () =>
      Promise.resolve(
        [...receiver.traces().values()].find((spans) => {
          const names = new Set(spans.map(({ name }) => name))
          return ['watch reading', 'predict batch', 'join append', 'raise evaluate', 'store commit'].every((name) =>
            names.has(name),
          )
        }),
      ),
    )
    for (const line of treeOf(whole)) t.diagnostic(line)
    const pidsOf = (stage: string): number[] => [
      ...new Set(whole.filter(({ name }) => name.startsWith(`${stage} `)).map(({ pid }) => pid)),
    ]
    for (const stage of ['join', 'predict', 'raise']) assert.deepEqual(pidsOf(stage), [worker.pid], stage)
    for (const stage of ['acquire', 'store', 'watch']) assert.notDeepEqual(pidsOf(stage), [worker.pid], stage)
    const ids = new Set(whole.map(({ spanId }) => spanId))
    const hanging = whole.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
    assert.deepEqual(hanging, [], 'every span hangs below one that is there')

    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    assert.match(metrics, /^vigil_windows_closed_total [1-9]/m, 'the process without a dashboard has metrics, too')
    assert.match(metrics, /^vigil_stage_state\{stage="join",state="running"\} 1$/m)
    assert.equal((await fetch(`${address}/healthz`)).status, 200)
    await eventually('a small lag of each group on Kafka', 30_000, async () => {
      const text = await (await fetch(`${address}/metrics`)).text()
      const lags = [...text.matchAll(/^vigil_consumer_lag_records\{group="(.*)",topic="vitals"\} (\d+)$/gm)]
      return lags.length === 3 && lags.every(([, , records]) => Number(records) < 200)
    })
  })
})

describe('traces that nobody takes', () => {
  it('cost spans, which are counted and told, and nothing else', async () => {
    const ward = new WardProcess([
      ...['--demo', 'on', '--demo-beds', '1', '--recordings', 'none', '--trace-sample', '1'],
      ...['--trace-endpoint', 'http://127.0.0.1:9/v1/traces'],
    ])
    try {
      await ward.start()
      await eventually('lost spans', 30_000, async () => (await ward.metric('vigil_spans_lost_total')) > 0)
      assert.match(ward.output, /traces cannot be sent/)
      await eventually('windows', 60_000, async () => (await ward.metric('vigil_predictions_total')) > 0)
      assert.equal(await ward.end('SIGTERM'), 0)
    } finally {
      await ward.remove()
    }
  })
})

function spanNamed(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const span = spans.find((each) => each.name === name)
  assert.ok(span !== undefined, name)
  return span
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
