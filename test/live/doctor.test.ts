import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Admin, Producer } from 'kafkajs'
import { pino } from 'pino'
import type { Finding } from '../../src/check.ts'
import { type Clock, SystemClock } from '../../src/clock.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import { examine } from '../../src/doctor.ts'
import { kafkaChecks } from '../../src/ingest/kafka-checks.ts'
import { kafkaClient } from '../../src/ingest/kafka-client.ts'
import { ensureTopics } from '../../src/ingest/kafka-topics.ts'
import { type TopicName, TOPICS } from '../../src/ingest/topics.ts'
import { about, assertHealthy, assertWrong } from '../support/findings.ts'
import { OffsetClock } from '../support/offset-clock.ts'
import { leftOut } from '../support/prerequisites.ts'
import { encodeReading, readingOf } from '../support/readings.ts'
import { startKafkaBroker } from './kafka-broker.ts'
import { eventually, WardProcess } from './ward-process.ts'

const PARTITIONS = 3
const started = await startKafkaBroker()
const TOPIC_RESOURCE = 2
const GZIP = 1

describe('vigil doctor before a broker', { skip: leftOut(started.ok ? false : started.missing) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-doctor-test-'))
  const logger = pino({ level: 'silent' })
  const clock = new SystemClock()
  const brokers = started.ok ? started.broker.brokers : []
  let admin: Admin
  let producer: Producer
  let wards = 0

  before(async () => {
    assert.ok(started.ok, started.ok ? '' : started.missing)
    admin = kafkaClient(brokers, logger).admin()
    producer = kafkaClient(brokers, logger).producer()
    await admin.connect()
    await producer.connect()
  })
  after(async () => {
    await admin.disconnect()
    await producer.disconnect()
    if (started.ok) await started.broker.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The topics of a ward of its own, and its configuration without the stages that need more than the log. */
  const ward = async (changes: Partial<Config> = {}): Promise<Config> => {
    const topicPrefix = `d${wards++}-`
    const options = { prefix: topicPrefix, partitions: PARTITIONS, replicationFactor: 1, clock, logger }
    await ensureTopics(admin, options)
    const stages = ['ingest', 'join', 'raise']
    return defaultConfig({
      dataDir: folder,
      kafkaBrokers: brokers,
      partitions: PARTITIONS,
      topicPrefix,
      stages,
      ...changes,
    })
  }
  const send = (config: Config, topic: TopicName, value: Buffer | null, partition = 0): Promise<unknown> =>
    producer.send({ topic: config.topicPrefix + topic, messages: [{ key: 'p', value, partition }] })
  /** Kafka takes the entries given for all that are set. */
  const set = (config: Config, topic: TopicName, changes: Record<string, string>): Promise<unknown> => {
    const right = { 'message.timestamp.type': 'LogAppendTime', 'max.message.bytes': '9437184' }
    const kept = TOPICS[topic].kept
    const keeps = {
      'cleanup.policy': kept,
      ...(kept === 'compact' ? { 'min.compaction.lag.ms': '300000', 'segment.ms': '300000' } : {}),
    }
    const configEntries = Object.entries({ ...right, ...keeps, ...changes }).map(([name, value]) => ({ name, value }))
    const resources = [{ type: TOPIC_RESOURCE, name: config.topicPrefix + topic, configEntries }]
    return admin.alterConfigs({ validateOnly: false, resources })
  }
  const reading = (): Buffer => encodeReading(readingOf({ patientId: 'p', eventTimeMs: clock.nowMs() }))

  /** What is found of the log while a monitor sends: then the broker's clock is known at once. */
  const live = async (config: Config, by: Clock = clock): Promise<Finding[]> => {
    await send(config, 'vitals', reading())
    const sending = clock.every(300, () => void send(config, 'vitals', reading()))
    const { checks, close } = kafkaChecks(config, by, logger)
    try {
      return (await Promise.all(checks.map((check) => check.look(new AbortController().signal)))).flat()
    } finally {
      sending.cancel()
      await close()
    }
  }

  it('finds nothing wrong with a log as it should be, empty or live, and leaves it as it was', async () => {
    const config = await ward()
    const seen = async (): Promise<unknown> => ({
      topics: (await admin.listTopics()).sort(),
      groups: (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort(),
    })
    const before = await seen()
    assertHealthy(await examine(config, clock))
    assertHealthy(await examine({ ...config, topicPrefix: 'nobody-' }, clock))
    const busy = await live(config)
    assertHealthy(busy)
    assert.match(about(busy, 'broker clock').saw, /within/)
    assert.match(about(busy, 'schemas').saw, /known here/)
    assert.deepEqual(await seen(), before)
  })

  it('names a topic that is missing', async () => {
    const config = await ward()
    await admin.deleteTopics({ topics: [`${config.topicPrefix}join-state`] })
    assertWrong(await live(config), [
      { about: 'topics', standing: 'broken', saw: /join-state is missing beside 11 others/, todo: /who removed it/ },
    ])
  })

  it('names topics that do not have the partitions of the others, and the number to start with where all agree', async () => {
    const config = await ward()
    await admin.createPartitions({ topicPartitions: [{ topic: `${config.topicPrefix}heart-audio`, count: 4 }] })
    assertWrong(await live(config), [
      { about: 'co-partitioning', standing: 'broken', saw: /heart-audio has 4; the others have 3/, todo: /anew/ },
    ])
    assertWrong(await live({ ...(await ward()), partitions: 12 }), [
      { about: 'co-partitioning', standing: 'broken', saw: /has 3, the settings say 12/, todo: /--partitions 3/ },
    ])
  })

  it("names a topic with its senders' times, a wrong clean-up, a bound that is too small, a short memory and a long one", async () => {
    const config = await ward()
    await set(config, 'vitals', { 'message.timestamp.type': 'CreateTime' })
    await set(config, 'alert-state', { 'cleanup.policy': 'delete' })
    await set(config, 'procedure-video', { 'max.message.bytes': '1000000' })
    await set(config, 'predictions', { 'retention.ms': '600000' })
    await set(config, 'join-state', { 'segment.ms': '604800000' })
    const settings = 'topic settings'
    assertWrong(await live(config), [
      { about: settings, standing: 'broken', saw: /vitals keeps its senders' times/, todo: /LogAppendTime/ },
      {
        about: settings,
        standing: 'broken',
        saw: /alert-state has cleanup.policy delete/,
        todo: /cleanup.policy=compact/,
      },
      {
        about: settings,
        standing: 'warning',
        saw: /procedure-video takes records of 1 MB/,
        todo: /max.message.bytes=/,
      },
      { about: settings, standing: 'warning', saw: /predictions keeps records for 10 min/, todo: /retention.ms=/ },
      {
        about: settings,
        standing: 'warning',
        saw: /join-state keeps every state of 7 days/,
        todo: /kafka-configs.sh --bootstrap-server \S+ --alter --topic \S+-join-state --add-config segment\.ms=300000$/,
      },
    ])
  })

  it('names records of an unknown schema, of a wrong topic, and such as are not framed', async () => {
    const config = await ward()
    const unknown = Buffer.concat([Buffer.from('c301', 'hex'), Buffer.from('0123456789abcdef', 'hex'), Buffer.alloc(4)])
    await send(config, 'vitals', unknown, 1)
    const packed = { key: 'p', value: reading(), partition: 2 }
    await producer.send({ topic: `${config.topicPrefix}vitals`, compression: GZIP, messages: [packed] })
    await send(config, 'heart-audio', reading())
    await send(config, 'alerts', Buffer.from('{"json": true}'))
    await send(config, 'patient-context', null)
    assertWrong(await live(config), [
      {
        about: 'schemas',
        standing: 'broken',
        saw: /vitals: unknown schema 0123456789abcdef on 1 of \d+ newest/,
        todo: /avsc/,
      },
      { about: 'schemas', standing: 'broken', saw: /heart-audio: records of another topic/, todo: /PcgChunk/ },
      { about: 'schemas', standing: 'broken', saw: /alerts: not Avro/, todo: /single-object/ },
    ])
  })

  it('names a clock that is not the broker’s, by a live record and by one from the future', async () => {
    const config = await ward()
    const quiet = await examine(config, clock)
    assert.equal(about(quiet, 'broker clock').standing, 'not known')
    const todo = /time service/
    assertWrong(await live(config, new OffsetClock(90_000)), [
      { about: 'broker clock', standing: 'broken', saw: /90 s ahead of the broker/, todo },
    ])
    assertWrong(await live(config, new OffsetClock(-3_000)), [
      { about: 'broker clock', standing: 'warning', saw: /3 s behind the broker/, todo },
    ])
    assertWrong(await examine(config, new OffsetClock(-600_000)), [
      { about: 'broker clock', standing: 'broken', saw: /10 min behind the broker/, todo },
    ])
  })

  it('names a stage that is far behind what is kept, and one that lost records', async () => {
    const config = await ward()
    for (let record = 0; record < 4; record++) await send(config, 'vitals', reading())
    const topic = `${config.topicPrefix}vitals`
    const read = (offset: string): Promise<void> =>
      admin.setOffsets({ groupId: `${config.topicPrefix}vigil-store`, topic, partitions: [{ partition: 0, offset }] })
    await read('1')
    const caughtUp = await examine(config, clock)
    assertHealthy(caughtUp)
    assert.match(about(caughtUp, 'groups').saw, /vigil-store: 3 unread; nobody reads/)

    const later = (await examine(config, new OffsetClock(13 * 3_600_000))).filter(({ about }) => about === 'groups')
    const todo = /with stage store/
    assertWrong(later, [
      {
        about: 'groups',
        standing: 'warning',
        saw: /3 unread, of vitals more than half as old as it keeps \(24 h\)/,
        todo,
      },
    ])
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] })
    assertWrong(await examine(config, clock), [
      { about: 'groups', standing: 'broken', saw: /vigil-store: 2 records were forgotten before it read them/, todo },
    ])
  })

  it('names a part of the ward that nobody runs', async () => {
    const config = await ward()
    const consumer = kafkaClient(brokers, logger).consumer({ groupId: `${config.topicPrefix}vigil-join` })
    await consumer.connect()
    await consumer.subscribe({ topic: `${config.topicPrefix}vitals` })
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
    await consumer.run({ eachMessage: async () => undefined })
    await joined
    try {
      assertWrong(await live(config), [
        { about: 'groups', standing: 'broken', saw: /no process runs raise/, todo: /--stages …,raise/ },
        { about: 'groups', standing: 'warning', saw: /no process runs store/, todo: /--stages …,store/ },
      ])
    } finally {
      await consumer.disconnect()
    }
  })

  it('names too few brokers for the copies that are asked for', async () => {
    assertWrong(await live({ ...(await ward()), replicationFactor: 3 }), [
      { about: 'broker', standing: 'broken', saw: /1 brokers? .*3 copies/, todo: /--replication-factor 1/ },
    ])
  })

  it('finds nothing wrong with a whole ward at work, and sees every stage read', async () => {
    const topicPrefix = `d${wards++}-`
    const kafka = ['--kafka-brokers', brokers.join(','), '--topic-prefix', topicPrefix, '--partitions', '3']
    const ward = new WardProcess([...kafka, '--demo', 'on', '--demo-beds', '2', '--recordings', 'none'])
    try {
      await ward.start()
      await eventually('a whole ward', 120_000, async () => {
        return (await (await fetch(`${ward.address}/healthz`)).text()).includes('"status":"running"')
      })
      const port = Number(new URL(ward.address).port)
      const config = defaultConfig({ dataDir: ward.dataDir, kafkaBrokers: brokers, topicPrefix, partitions: 3, port })
      const findings = await examine(config, clock)
      assertHealthy(findings)
      const groups = findings.filter((finding) => finding.about === 'groups').map(({ saw }) => saw)
      for (const group of ['vigil-join', 'vigil-raise', 'vigil-store'])
        assert.ok(
          groups.some((saw) => saw.startsWith(topicPrefix + group) && saw.endsWith('1 at work')),
          String(groups),
        )
      assert.match(about(findings, 'broker clock').saw, /within/)
      assert.match(about(findings, 'ward').saw, /stages run/)
    } finally {
      await ward.remove()
    }
  })
})
