import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { type KafkaLogOptions, openKafkaLog } from '../../src/ingest/kafka-log.ts'
import type { Log, LogRecord, SubscribeOptions } from '../../src/ingest/log.ts'
import type { TopicName } from '../../src/ingest/topics.ts'
import { Collector } from '../ingest/collector.ts'
import { leftOut } from '../support/prerequisites.ts'
import { startKafkaBroker } from './kafka-broker.ts'

const PARTITIONS = 2
/** kafkajs numbers the kinds of configuration as the protocol does; its enum exists as a type only. */
const TOPIC_RESOURCE = 2
const SNAPPY = kafkajs.CompressionTypes.Snappy
const started = await startKafkaBroker()
const clock = new SystemClock()

/** What the log says while it works, as far as it is a loss. */
class Losses {
  readonly lines: Record<string, unknown>[] = []
  readonly logger = pino({ level: 'warn' }, { write: (line: string) => void this.lines.push(JSON.parse(line)) })

  saying(words: RegExp): Record<string, unknown>[] {
    return this.lines.filter(({ msg }) => words.test(String(msg)))
  }
}

/** Snappy as Kafka's clients frame it, of literals only. */
function snappy(bytes: Buffer): Buffer {
  const raw = Buffer.concat([Buffer.from([(bytes.length & 0x7f) | 0x80, bytes.length >> 7, 0xf4, 0, 0]), bytes])
  raw.writeUInt16LE(bytes.length - 1, 3)
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, raw.length])
  return Buffer.concat([head, raw])
}

describe('a log on Kafka, at its edges', { skip: leftOut(started.ok ? false : started.missing) }, () => {
  const brokers = started.ok ? started.broker.brokers : []
  const run = randomBytes(4).toString('hex')
  const kafka: Kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin: Admin = kafka.admin()
  const logs: Log[] = []

  before(async () => {
    assert.ok(started.ok, started.ok ? '' : started.missing)
    await admin.connect()
  })
  after(async () => {
    await Promise.all(logs.map((log) => log.close()))
    await admin.disconnect()
    if (started.ok) await started.broker.stop()
  })

  const open = async (name: string, changes: Partial<KafkaLogOptions> = {}): Promise<Log> => {
    const log = await openKafkaLog({
      brokers,
      prefix: `${run}-${name}-`,
      partitions: PARTITIONS,
      replicationFactor: 1,
      mergeWaitMs: 250,
      clock,
      logger: pino({ level: process.env['LOG'] ?? 'silent' }),
      ...changes,
    })
    logs.push(log)
    return log
  }
  const makeAnew = async (topic: string): Promise<void> => {
    await admin.deleteTopics({ topics: [topic] })
    const listed = async (): Promise<boolean> => (await admin.listTopics()).includes(topic)
    while (await listed()) await clock.sleep(100)
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }]
    const topics = [{ topic, numPartitions: PARTITIONS, replicationFactor: 1, configEntries }]
    while (!(await listed())) await admin.createTopics({ waitForLeaders: false, topics }).catch(() => clock.sleep(100))
  }
  const topicOf = (name: string, topic: TopicName): string => `${run}-${name}-${topic}`
  const subscribeTo = (receiver: Collector, group: string): SubscribeOptions => ({
    group,
    topics: ['vitals', 'heart-audio'],
    delivery: 'merged',
    from: 'beginning',
    receiver,
    onFailed: receiver.onFailed,
  })
  const readAll = async (log: Log, topic: TopicName): Promise<LogRecord[]> => {
    const records: LogRecord[] = []
    for await (const record of log.readAll(topic)) records.push(record)
    return records
  }
  const vitals = (value: string, key = 'a') => ({ topic: 'vitals' as const, key, value: Buffer.from(value) })
  const send = async (name: string, values: string[], compression = kafkajs.CompressionTypes.None): Promise<void> => {
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await producer.connect()
    const messages = values.map((value) => ({ key: 'a', value, partition: 0 }))
    await producer.send({ topic: topicOf(name, 'vitals'), messages, compression })
    await producer.disconnect()
  }

  it('reads what other senders compress', async () => {
    const log = await open('gzip')
    await send('gzip', ['1', '2', '3'], kafkajs.CompressionTypes.GZIP)
    await send('gzip', ['4'])
    assert.deepEqual(
      (await readAll(log, 'vitals')).map(({ offset, value }) => [offset, String(value)]),
      [
        [0, '1'],
        [1, '2'],
        [2, '3'],
        [3, '4'],
      ],
    )
  })

  it('reads batches that are larger than an answer, of several partitions at once, beside small ones', async () => {
    const log = await open('wide')
    const keys = ['a', 'b', 'c', 'd', 'e', 'f']
    const frame = (key: string) => ({ topic: 'procedure-video' as const, key, value: Buffer.alloc(1_500_000, key) })
    for (let round = 0; round < 4; round++)
      await log.append([...keys.map(frame), ...keys.map((key) => vitals('v', key))])
    assert.equal((await log.endOffsets('procedure-video')).filter((end) => end > 0).length, PARTITIONS)
    const collector = new Collector()
    const options = subscribeTo(collector, 'vigil-wide')
    await log.subscribe({ ...options, topics: ['vitals', 'procedure-video'] })
    await collector.untilCount(48)
    for (const { key, value } of collector.records)
      assert.ok(value?.equals(Buffer.alloc(value.length, value.length > 1 ? key : 'v')))
  })

  it('hands on a batch that it cannot unpack as one record with all its bytes, and reads on', async () => {
    const losses = new Losses()
    const log = await open('poison', { logger: losses.logger })
    const codecs = kafkajs.CompressionCodecs
    const before = codecs[SNAPPY]
    codecs[SNAPPY] = () => ({ compress: ({ buffer }: { buffer: Buffer }) => Promise.resolve(snappy(buffer)) })
    try {
      await send('poison', ['1'.repeat(100), '2', '3'], SNAPPY)
    } finally {
      codecs[SNAPPY] = before
    }
    await send('poison', ['4'])
    const collector = new Collector()
    const subscription = await log.subscribe(subscribeTo(collector, 'vigil-poison'))
    await collector.untilCount(2)
    assert.deepEqual(
      collector.records.map(({ offset, key }) => [offset, key]),
      [
        [2, ''],
        [3, 'a'],
      ],
    )
    assert.ok((collector.records[0]?.value?.length ?? 0) > 61)
    assert.equal(losses.saying(/cannot be read/).length, 1)
    assert.equal(await subscription.commit(0, { vitals: 3 }), 'committed')
    await subscription.stop()
    const again = new Collector()
    await log.subscribe(subscribeTo(again, 'vigil-poison'))
    await again.untilCount(1)
    assert.deepEqual(again.seen, ['a=4'])
  })

  it('sees of transactions what was committed, and passes the rest', async () => {
    const log = await open('transactions')
    const topic = topicOf('transactions', 'vitals')
    const producer = kafka.producer({
      transactionalId: `${run}-sender`,
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    for (const [value, end] of [
      ['kept', 'commit'],
      ['given up', 'abort'],
      ['kept too', 'commit'],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ key: 'a', value, partition: 0 }] })
      await transaction[end]()
    }
    await producer.disconnect()
    const collector = new Collector()
    await log.subscribe(subscribeTo(collector, 'vigil-transactions'))
    await collector.untilCount(2)
    assert.deepEqual(collector.seen, ['a=kept', 'a=kept too'])
    assert.equal((await readAll(log, 'vitals')).length, 2)
    const through = (): boolean =>
      Math.max(...collector.batches.map(({ readThroughMs }) => readThroughMs)) >
      (collector.records[1]?.appendTimeMs ?? Infinity)
    await collector.until(through, 'it has read through what lies behind the last record')
  })

  it('makes compacted topics whose segments end after minutes, or nothing would ever be compacted', async () => {
    await open('segments')
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: (['alert-state', 'join-state', 'patient-context'] as const).map((topic) => ({
        type: TOPIC_RESOURCE,
        name: topicOf('segments', topic),
        configNames: ['segment.ms', 'cleanup.policy'],
      })),
    })
    assert.equal(resources.length, 3)
    for (const { configEntries } of resources) {
      const settings = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]))
      assert.equal(settings.get('cleanup.policy'), 'compact')
      assert.ok(Number(settings.get('segment.ms')) <= 600_000)
    }
  })

  it('refuses what a topic does not take, and only that', async () => {
    const log = await open('large')
    const frame = (bytes: number) => ({ topic: 'procedure-video' as const, key: 'a', value: Buffer.alloc(bytes) })
    await assert.rejects(log.append([frame(8_400_000)]), { code: 'RECORD_TOO_LARGE' })
    const topic = topicOf('large', 'procedure-video')
    const configEntries = [{ name: 'max.message.bytes', value: '300000' }]
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] })
    const appends = await Promise.allSettled([
      log.append([frame(100), frame(200_000)]),
      log.append([vitals('1')]),
      log.append([frame(400_000)]),
      log.append([frame(250_000), frame(101)]),
    ])
    assert.deepEqual(
      appends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal((appends[2] as PromiseRejectedResult).reason.code, 'RECORD_TOO_LARGE')
    const lengths = (await readAll(log, 'procedure-video')).map(({ value }) => value?.length)
    assert.deepEqual(lengths, [100, 200_000, 250_000, 101])
    assert.equal(log.reachable, true)
  })

  it('goes on at the oldest there is when retention was faster, and says how many are missing', async () => {
    const losses = new Losses()
    const lost: unknown[] = []
    const onGroupLost = (group: string, topic: string, records: number): void =>
      void (records > 0 && lost.push([group, topic, records]))
    const log = await open('removed', { logger: losses.logger, onGroupLost })
    await log.append(Array.from({ length: 10 }, (_, index) => vitals(String(index))))
    const partition = (await log.endOffsets('vitals')).findIndex((end) => end > 0)
    await admin.fetchTopicOffsets(topicOf('removed', 'vitals'))
    await admin.deleteTopicRecords({ topic: topicOf('removed', 'vitals'), partitions: [{ partition, offset: '7' }] })
    const collector = new Collector()
    const options = subscribeTo(collector, 'vigil-removed')
    const committer = await log.subscribe({ ...options, group: 'vigil-removed' })
    await collector.untilCount(3)
    await committer.commit(partition, { vitals: 2 })
    await committer.stop()
    const again = new Collector()
    await log.subscribe(subscribeTo(again, 'vigil-removed'))
    await again.untilCount(3)
    assert.deepEqual(again.seen, ['a=7', 'a=8', 'a=9'])
    assert.deepEqual(
      losses.saying(/removed before they were read/).map(({ missing }) => missing),
      [5],
    )
    assert.deepEqual(lost, [['vigil-removed', 'vitals', 5]])
  })

  it('goes on at the beginning of a topic that was made anew, while it reads and after it starts', async () => {
    const losses = new Losses()
    const log = await open('anew', { logger: losses.logger })
    const topic = topicOf('anew', 'vitals')
    await log.append(Array.from({ length: 10 }, (_, index) => vitals(`old ${index}`)))
    const partition = (await log.endOffsets('vitals')).findIndex((end) => end > 0)
    const collector = new Collector()
    const subscription = await log.subscribe(subscribeTo(collector, 'vigil-anew'))
    await collector.untilCount(10)
    assert.equal(await subscription.commit(partition, { vitals: 10 }), 'committed')
    const idle = await log.subscribe(subscribeTo(new Collector(), 'vigil-idle'))
    await idle.commit(partition, { vitals: 10 })
    await idle.stop()
    await makeAnew(topic)
    const writer = await open('anew', { logger: losses.logger })
    await writer.append([vitals('new 0'), vitals('new 1')])
    await collector.until(() => new Set(collector.seen).has('a=new 1'), 'the reader has found the new topic')
    assert.deepEqual(collector.errors, [])
    assert.ok(losses.saying(/is read anew/).some(({ wanted, position }) => wanted === 10 && position === 0))

    const late = new Collector()
    await writer.subscribe(subscribeTo(late, 'vigil-idle'))
    await late.untilCount(2)
    assert.deepEqual(late.seen, ['a=new 0', 'a=new 1'])
  })

  it('goes on at the beginning of a topic that was made anew and has outgrown the offset, while it reads and after it starts', async () => {
    const losses = new Losses()
    const log = await open('outgrown', { logger: losses.logger })
    await log.append(Array.from({ length: 10 }, (_, index) => vitals(`old ${index}`)))
    const partition = (await log.endOffsets('vitals')).findIndex((end) => end > 0)
    const reads = async (group: string): Promise<{ collector: Collector; stop: () => Promise<void> }> => {
      const collector = new Collector()
      const subscription = await log.subscribe(subscribeTo(collector, group))
      await collector.untilCount(10)
      assert.equal(await subscription.commit(partition, { vitals: 10 }), 'committed')
      return { collector, stop: () => subscription.stop() }
    }
    const reading = await reads('vigil-reading')
    const newestMs = Math.max(...reading.collector.records.map(({ appendTimeMs }) => appendTimeMs))
    const groupId = `${run}-outgrown-vigil-reading`
    const [commit] = await admin.fetchOffsets({ groupId, topics: [topicOf('outgrown', 'vitals')] })
    const committed = commit?.partitions.find((each) => each.partition === partition)
    assert.equal(committed?.metadata, String(newestMs), 'a commit says how new its newest record was')
    await (await reads('vigil-away')).stop()
    const same = new Collector()
    const again = await log.subscribe(subscribeTo(same, 'vigil-away'))
    await log.append([vitals('old 10')])
    await same.untilCount(1)
    assert.deepEqual(same.seen, ['a=old 10'], 'a topic that is the same is read on')
    await again.stop()

    await makeAnew(topicOf('outgrown', 'vitals'))
    const writer = await open('outgrown', { logger: losses.logger })
    const anew = Array.from({ length: 15 }, (_, index) => `new ${index}`)
    await writer.append(anew.map((value) => vitals(value)))
    const expected = anew.map((value) => `a=${value}`)
    const isWhole = (collector: Collector) => (): boolean => expected.every((value) => collector.seen.includes(value))
    await reading.collector.until(isWhole(reading.collector), 'who reads has found the new topic')
    const late = new Collector()
    await writer.subscribe(subscribeTo(late, 'vigil-away'))
    await late.until(isWhole(late), 'who comes later has found it')
    assert.deepEqual(late.seen, expected)
    assert.ok(losses.saying(/is read anew/).length > 0, JSON.stringify(losses.lines))
    assert.deepEqual(reading.collector.errors, [])
  })

  it('fails loudly when partitions are added while it reads', async () => {
    const log = await open('added')
    const member = new Collector()
    await log.subscribe(subscribeTo(member, 'vigil-added'))
    await log.append([vitals('1')])
    await member.untilCount(1)
    await admin.createPartitions({ topicPartitions: [{ topic: topicOf('added', 'vitals'), count: PARTITIONS + 1 }] })
    const follower = new Collector()
    await log.follow({ topics: ['vitals'], from: 'end', receive: follower.receive, onFailed: follower.onFailed })
    await follower.until(() => follower.errors.length > 0, 'the follower has failed')
    await member.until(() => member.errors.length > 0, 'the member has failed')
    for (const { errors } of [member, follower]) {
      assert.deepEqual(
        errors.map((error) => (error as { code?: string }).code),
        ['TOPICS_NOT_COPARTITIONED'],
      )
    }
    await assert.rejects(open('added'), { code: 'TOPICS_NOT_COPARTITIONED' })
  })
})
