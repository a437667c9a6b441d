import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../../src/clock.ts'
import { type Cost, ProcessCost } from '../process-cost.ts'
import { runToEnd } from './peer-broker.ts'
import type { Load } from './peer-events.ts'

/** cogroup: the DSL as its users write it. papi: the best hand-written version on the Processor API. */
export type PeerVariant = 'cogroup' | 'papi'

export interface PeerRun extends Cost {
  activeSeconds: number
  output: string
}

/** What Verify says of a program's output; equal digests are equal sums over every payload byte of every window. */
export interface Digest {
  records: number
  distinct: number
  dup: number
  bad: number
  videoByteSum: number
  peakSum: number
  audioSumSq: number
}

/** Why the peer can't be run here, or null. */
export function peerMissing(folder: string): string | null {
  if (!existsSync(join(folder, 'pom.xml'))) return `${folder} holds no peer`
  if (!existsSync('/proc/self/stat')) return 'CPU time of other programs is read from /proc'
  const version = spawnSync('java', ['-version'], { encoding: 'utf8' })
  if (Number(/version "(\d+)/.exec(version.stderr ?? '')?.[1] ?? 0) < 17) return 'Java 17 or newer'
  return spawnSync('mvn', ['-v'], { stdio: 'ignore' }).status === 0 ? null : 'Maven'
}

/** The peer, built in a folder of its own. */
export class PeerProgram {
  readonly #folder: string
  readonly #broker: string
  readonly #clock: Clock

  private constructor(folder: string, broker: string, clock: Clock) {
    this.#folder = folder
    this.#broker = broker
    this.#clock = clock
  }

  static async build(source: string, broker: string, clock: Clock): Promise<PeerProgram> {
    const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-peer-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    cpSync(source, folder, { recursive: true })
    const goals = ['package', 'dependency:copy-dependencies', '-DoutputDirectory=libs', '-DincludeScope=runtime']
    await runToEnd('mvn', ['-q', '-B', ...goals], folder)
    return new PeerProgram(folder, broker, clock)
  }

  /** Fills the peer's topics. */
  async generate({ patients, seconds, seed }: Load, partitions: number): Promise<void> {
    await this.#java('peer.Gen', [this.#broker, 'peer', patients, seconds, partitions, seed].map(String))
  }

  async run(variant: PeerVariant, windows: number): Promise<PeerRun> {
    const output = `peer-out-${variant}`
    const cached = variant === 'papi' ? ['papiCache=true'] : []
    const args = [
      `bs=${this.#broker}`,
      `variant=${variant}`,
      'store=mem',
      'commitMs=500',
      `expect=${windows}`,
      ...cached,
    ]
    const children: ChildProcess[] = []
    const cost = new ProcessCost(this.#clock, () => children)
    const printed = await this.#java(
      'peer.App',
      [...args, 'keep=1', `out=${output}`, `stateDir=${this.#folder}/state`],
      children,
    )
    const { active_s: activeSeconds } = JSON.parse(printed) as { active_s: number }
    return { activeSeconds, output, ...cost.ended() }
  }

  /** Throws when the output is not every patient-window once with all its readings. */
  async verify(topic: string, windows: number): Promise<Digest> {
    return JSON.parse(await this.#java('peer.Verify', [this.#broker, topic, 'feat', String(windows)])) as Digest
  }

  #java(main: string, args: readonly string[], started: ChildProcess[] = []): Promise<string> {
    const flags = ['-Xmx768m', '-XX:+UseParallelGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error']
    const child = spawn('java', [...flags, '-cp', 'target/peer-streams-1.jar:libs/*', main, ...args], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.push(child)
    let printed = ''
    let complained = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained = (complained + text).slice(-2_000)))
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        if (code === 0) resolve(printed)
        else reject(new Error(`${main} ended with ${signal ?? code ?? '?'}: ${printed}${complained}`))
      })
    })
  }
}
