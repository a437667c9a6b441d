import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { extname } from 'node:path'
import type { Admin } from 'kafkajs'
import { pino } from 'pino'
import type { Clock } from '../../../src/clock.ts'
import { defaultConfig } from '../../../src/config.ts'
import { openLog } from '../../../src/ingest/open-log.ts'
import { type Cost, cpuSecondsOf, ProcessCost } from '../process-cost.ts'
import type { MemberHears, MemberOptions, MemberSays } from './join-member-messages.ts'

const MEMBER = fileURLToPath(new URL(`./join-member${extname(import.meta.url)}`, import.meta.url))
const GROUP = 'vigil-join'
/** What a run leaves behind, and the next one must not find. */
const RUN_TOPICS = ['join-state', 'predictions', 'late-readings', 'dead-letter']
const JOINED_WITHIN_MS = 15_000
const LOOK_EVERY_MS = 50
const LEADER_TRIES = 100
const RUN_WITHIN_MS = 600_000

export interface JoinRun extends Cost {
  /** from the first record processed until all windows are visible in the output */
  activeSeconds: number
  /** the same, over the members' CPU time alone: without their start and end */
  activeCpuSeconds: number
  readings: number
  windows: number
}

export interface JoinRunOptions {
  admin: Admin
  clock: Clock
  processes: number
  member: Omit<MemberOptions, 'output'> & { output: string }
  expectedWindows: number
}

/**
 * The real join on the real log, from committed nothing to the last window: so many processes in one consumer group, with
 * decoding, commits and state. Throws when a reading was late, dead-lettered, or a member failed.
 */
export async function runJoin({ admin, clock, processes, member, expectedWindows }: JoinRunOptions): Promise<JoinRun> {
  await clearRun(admin, member, clock)
  await makeTopics(member, clock)
  const children: ChildProcess[] = []
  const cost = new ProcessCost(clock, () => children)
  const members = Array.from({ length: processes }, () => new Member(member))
  children.push(...members.map(({ child }) => child))
  try {
    await Promise.race([Promise.all(members.map(({ assigned }) => assigned)), clock.sleep(JOINED_WITHIN_MS)])
    for (const { tell } of members) tell({ kind: 'go' })
    const firstMs = await Promise.race(members.map(({ first }) => first))
    const cpuBefore = cpuOf(members)
    const startedMs = clock.monotonicMs()
    // The members tell what they wrote: to ask the broker all the time would take some percent of the processors that they share.
    const written = (): number => members.reduce((sum, { summaries }) => sum + summaries, 0)
    while (written() < expectedWindows || (await outputs(admin, member.output)) < expectedWindows) {
      if (members.some(({ ended }) => ended)) throw new Error('a member of the join ended')
      if (clock.monotonicMs() - startedMs > RUN_WITHIN_MS) throw new Error('the join did not come to its end')
      await clock.sleep(LOOK_EVERY_MS)
    }
    const activeSeconds = (clock.nowMs() - firstMs) / 1_000
    const activeCpuSeconds = cpuOf(members) - cpuBefore
    const told = await Promise.all(members.map((each) => each.stop()))
    const sum = (figure: 'readings' | 'late' | 'deadLetters'): number =>
      told.reduce((all, each) => all + each[figure], 0)
    const failure = told.find((each) => each.failure !== null)?.failure
    if (failure !== undefined) throw new Error(`the join failed: ${failure}`)
    if (sum('late') + sum('deadLetters') > 0)
      throw new Error(`${sum('late')} late, ${sum('deadLetters')} dead-lettered: the twin has none`)
    const windows = await outputs(admin, member.output)
    return { activeSeconds, activeCpuSeconds, readings: sum('readings'), windows, ...cost.ended() }
  } finally {
    for (const { child } of members) child.kill('SIGKILL')
  }
}

class Member {
  readonly child: ChildProcess
  readonly assigned: Promise<void>
  readonly first: Promise<number>
  readonly #stopped: Promise<Extract<MemberSays, { kind: 'stopped' }>>
  readonly #exited: Promise<void>
  /** that it has put into the log */
  summaries = 0

  constructor(options: MemberOptions) {
    this.child = fork(MEMBER, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.assigned = this.#said('assigned').then(() => undefined)
    this.first = this.#said('first').then(({ atMs }) => atMs)
    this.#stopped = this.#said('stopped')
    this.child.on('message', (said: MemberSays) => (this.summaries += said.kind === 'written' ? said.summaries : 0))
    this.#exited = new Promise((resolve) => this.child.once('exit', () => resolve()))
  }

  readonly tell = (message: MemberHears): void => void this.child.send(message)

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  async stop(): Promise<Extract<MemberSays, { kind: 'stopped' }>> {
    this.tell({ kind: 'stop' })
    const told = await this.#stopped
    await this.#exited
    return told
  }

  #said<K extends MemberSays['kind']>(kind: K): Promise<Extract<MemberSays, { kind: K }>> {
    const said = new Promise<Extract<MemberSays, { kind: K }>>((resolve, reject) => {
      this.child.on('message', (message: MemberSays) => {
        if (message.kind === kind) resolve(message as Extract<MemberSays, { kind: K }>)
      })
      this.child.once('exit', (code, signal) => reject(new Error(`a member ended early: ${signal ?? code ?? '?'}`)))
    })
    // Nobody may be waiting for it yet.
    said.catch(() => undefined)
    return said
  }
}

async function clearRun(
  admin: Admin,
  { prefix, partitions, output }: JoinRunOptions['member'],
  clock: Clock,
): Promise<void> {
  const there = new Set(await admin.listTopics())
  const topics = [...RUN_TOPICS.map((topic) => prefix + topic), output].filter((topic) => there.has(topic))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  const { groups } = await admin.listGroups()
  if (groups.some(({ groupId }) => groupId === prefix + GROUP)) await admin.deleteGroups([prefix + GROUP])
  while ((await admin.listTopics()).some((topic) => topics.includes(topic))) await clock.sleep(LOOK_EVERY_MS)
  await admin.createTopics({ waitForLeaders: false, topics: [{ topic: output, numPartitions: partitions }] })
  // Brokers take a moment to lead what was just made, and the client's own wait for that gives up at the first refusal.
  for (let triesLeft = LEADER_TRIES; ; triesLeft--) {
    try {
      await outputs(admin, output)
      return
    } catch (error) {
      if (triesLeft <= 0) throw error
    }
    await clock.sleep(LOOK_EVERY_MS)
  }
}

/** Members that start at once would find each other's topics before the broker leads them. */
async function makeTopics({ brokers, prefix, partitions }: JoinRunOptions['member'], clock: Clock): Promise<void> {
  const config = defaultConfig({ kafkaBrokers: [...brokers], topicPrefix: prefix, partitions })
  const log = await openLog(config, clock, pino({ level: 'error' }, pino.destination(2)))
  await log.close()
}

async function outputs(admin: Admin, topic: string): Promise<number> {
  const partitions = await admin.fetchTopicOffsets(topic)
  return partitions.reduce((sum, { high }) => sum + Number(high), 0)
}

function cpuOf(members: readonly Member[]): number {
  return members.reduce((sum, { child }) => sum + cpuSecondsOf(child.pid), 0)
}
