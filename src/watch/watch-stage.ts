import type { Logger } from 'pino'
import type { Clock, Timer } from '../clock.ts'
import type { Config } from '../config.ts'
import { Deadline, STOP_WITHIN_MS } from '../deadline.ts'
import type { Log } from '../ingest/log.ts'
import type { Metrics } from '../metrics.ts'
import type { NamedHealth, Stage, StageHealth } from '../stage.ts'
import { NO_TRACER, type Tracer } from '../trace.ts'
import type { Archive } from '../store/archive.ts'
import { alertRoutes } from './alert-routes.ts'
import { apiRoutes } from './api-routes.ts'
import { AppliedCommands } from './applied-commands.ts'
import { AuditDesk } from './audit-desk.ts'
import { archiveHistory } from './archive-history.ts'
import { CommandDesk } from './command-desk.ts'
import { healthRoutes } from './health-routes.ts'
import { Guard } from './guard.ts'
import type { History } from './history.ts'
import { LiveRelay } from './live-relay.ts'
import { loadRoutes } from './load-routes.ts'
import { LogFollower } from './log-follower.ts'
import { ModelCards } from './model-cards.ts'
import { modelRoutes } from './model-routes.ts'
import { nurseRoutes } from './nurse-routes.ts'
import { Nurses } from './nurses.ts'
import type { Cost } from './password.ts'
import { PeopleDoor } from './people-door.ts'
import { Screen } from './screen.ts'
import { Screens } from './screens.ts'
import { StateRelay } from './state-relay.ts'
import { SystemWatch } from './system-watch.ts'
import { UnwatchedBeds } from './unwatched-beds.ts'
import { Ward } from './ward.ts'
import { WardHttpServer } from './ward-server.ts'
import { WatchTrace } from './watch-trace.ts'

export interface WatchStageOptions {
  log: Log
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
  tracer?: Tracer
  /** Null while the archive is away. */
  archive: () => Archive | null
  /** How the archive is asked. */
  historyOf?: (archive: Archive) => History
  /** The stages of this process; watch adds itself where it is not among them. */
  stages: () => NamedHealth[]
  appFolder?: string
  /** What hashing a password costs; for tests that sign in often. */
  passwordCost?: Cost
}

/** Enough for a rate and a first picture; what is older is for the archive. */
const LIVE_SINCE_MS = 15_000
const STATE_SINCE_MS = 86_400_000
const SYSTEM_EVERY_MS = 1_000
const LOOK_EVERY_MS = 1_000
const FORGET_EVERY_MS = 60_000
/** Of the time to stop, what followers leave for the server. */
const CLOSE_MS = 500

/**
 * Alerts, trends and waveforms to the ward, and people's answers back.
 * Inputs: all topics but join-state and audit. Outputs: screens, the JSON API, alert-commands, audit.
 * Settings: host, port, token, tokenRole, publicUrl, sessionIdleMs, sessionMs, dataDir, futureToleranceMs. Failure: PORT_BUSY, SETTING_INVALID, LOG_UNAVAILABLE at start; a reading
 * that breaks off later is begun anew while health says failed.
 */
export class WatchStage implements Stage {
  readonly name = 'watch'
  readonly #options: WatchStageOptions
  readonly #ward = new Ward()
  readonly #server: WardHttpServer
  readonly #system: SystemWatch
  readonly #unwatched: UnwatchedBeds
  readonly #screens = new Screens()
  /** What every question passes, and all that may be asked. */
  readonly guard: Guard
  readonly #people: PeopleDoor
  readonly #audit: AuditDesk
  readonly #followers: LogFollower[]
  readonly #timers: Timer[] = []
  #state: 'starting' | 'restored' | 'stopped' = 'starting'
  #startedMs = Infinity

  constructor(options: WatchStageOptions) {
    const { log, config, clock, metrics, logger, historyOf = archiveHistory } = options
    const history = (): History | null => {
      const archive = options.archive()
      return archive === null ? null : historyOf(archive)
    }
    this.#options = options
    const ward = this.#ward
    const screens = this.#screens
    const people = new PeopleDoor({ config, clock, ...(options.passwordCost && { cost: options.passwordCost }) })
    this.#people = people
    const { access } = people
    const audit = new AuditDesk({ log, dataDir: config.dataDir, clock, logger })
    this.#audit = audit
    const guard = new Guard(access, ward, (asked) => audit.asked(asked))
    this.guard = guard
    const applied = new AppliedCommands(clock)
    const nurses = new Nurses({ people: people.people, ward })
    const commands = new CommandDesk({ log, ward, clock, applied, nurses, userId: 'local' })
    const stages = (): NamedHealth[] => this.#stages()
    this.#unwatched = new UnwatchedBeds({
      ward,
      clock,
      logger,
      say: (patientId, action) => commands.sayOfScreens(patientId, action),
    })
    const system = new SystemWatch({
      ...{ ward, clock, metrics, stages, screens: () => this.#server.screens, escalateTo: config.escalateTo },
      archiveOpen: () => options.archive() !== null,
      feedIdleMs: config.feedIdleMs,
      openAccess: () => access.open,
      audit: () => audit.state,
    })
    this.#system = system
    this.#server = new WardHttpServer({
      ...{ config, clock, metrics, logger, access, guard, appFolder: options.appFolder },
      onScreen: (socket, pressure) =>
        screens.add(
          new Screen(socket, pressure, { ward, system, commands, history, access, guard, clock, metrics, logger }),
        ),
    })
    const { http, broadcast } = this.#server
    healthRoutes(http, stages, metrics)
    metrics.beforeRender(() => {
      metrics.beds.set(ward.beds.count)
      const active = ward.feeds.activity(clock.nowMs() - config.feedIdleMs)
      for (const { modality, live, idle } of active) {
        metrics.feeds.set({ modality, state: 'live' }, live)
        metrics.feeds.set({ modality, state: 'idle' }, idle)
      }
    })
    apiRoutes(http, { ward, system, commands, history, clock })
    alertRoutes(http, { ward, history })
    nurseRoutes(http, { ward, nurses })
    loadRoutes(http, { ward, clock, whole: () => this.health().state === 'running' })
    modelRoutes(http, new ModelCards({ dataDir: config.dataDir, models: config.models, logger }))
    people.routes(http, audit, logger, () => screens.review())

    const trace = new WatchTrace(options.tracer ?? NO_TRACER, clock)
    const told = { ward, broadcast, clock, metrics, trace, logger }
    const live = new LiveRelay({ ...told, futureToleranceMs: config.futureToleranceMs })
    const state = new StateRelay({ ...told, screens, applied })
    const since = (ms: number) => (): { sinceMs: number } => ({ sinceMs: clock.nowMs() - ms })
    this.#followers = [
      new LogFollower({
        ...{ log, clock, logger, from: () => 'beginning' },
        topics: ['patient-context', 'alert-state'],
        receive: (batch) => state.receive(batch),
      }),
      new LogFollower({
        ...{ log, clock, logger, from: since(STATE_SINCE_MS) },
        topics: ['alerts', 'alert-commands', 'predictions', 'late-readings', 'dead-letter'],
        receive: (batch) => state.receive(batch),
      }),
      new LogFollower({
        ...{ log, clock, logger, from: since(LIVE_SINCE_MS) },
        topics: ['vitals', 'heart-audio', 'procedure-video'],
        receive: (batch) => live.receive(batch),
      }),
    ]
  }

  /** Resolves when the server listens and reading has begun; the ward is whole once `health` says running. */
  async start(): Promise<void> {
    const { clock } = this.#options
    await this.#server.listen()
    await this.#audit.open()
    this.#startedMs = clock.nowMs()
    for (const follower of this.#followers) await follower.start()
    this.#timers.push(
      clock.every(SYSTEM_EVERY_MS, () => this.#tell()),
      clock.every(LOOK_EVERY_MS, () => this.#look()),
      clock.every(FORGET_EVERY_MS, () => {
        const { alerts, deliveries, load, noise } = this.#ward
        for (const kept of [alerts, load, noise]) kept.forget(clock.nowMs())
        deliveries.forget((alertId) => alerts.find(alertId) !== undefined)
        this.#people.forget()
      }),
    )
  }

  async stop(deadline = Deadline.in(STOP_WITHIN_MS, this.#options)): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    for (const timer of this.#timers) timer.cancel()
    await Promise.all(this.#followers.map((follower) => follower.stop(deadline.earlier(CLOSE_MS))))
    await deadline.wait(this.#server.close(), 'the dashboard')
    await deadline.wait(this.#audit.close(), 'the audit')
    await this.#people.close()
  }

  health(): StageHealth {
    if (this.#state === 'stopped') return { state: 'stopped', detail: 'the dashboard is closed' }
    if (this.#followers.some(({ failed }) => failed))
      return { state: 'failed', detail: 'reading the log broke off; screens show what was read until then' }
    if (this.#state === 'starting' && this.#followers.every((follower) => follower.hasReadThrough(this.#startedMs)))
      this.#state = 'restored'
    if (this.#state === 'starting') return { state: 'starting', detail: 'reading what stands from the log' }
    return { state: 'running', detail: `${this.#server.screens} screens` }
  }

  /** Where a person finds the dashboard; '' before it listens. */
  address(): string {
    return this.#server.address()
  }

  /** Where somebody makes the first account the own; null once there is one. Each call makes the link before it useless. */
  firstAccountLink(): string | null {
    return this.#people.firstLink(this.address())
  }

  #stages(): NamedHealth[] {
    const others = this.#options.stages().filter(({ name }) => name !== this.name)
    return [...others, { name: this.name, ...this.health() }]
  }

  /** Before all that stands has been read, and while it cannot be read, nothing is known of what screens should show. */
  #look(): void {
    if (this.health().state === 'running') this.#unwatched.look()
  }

  #tell(): void {
    const { clock, logger } = this.#options
    this.#ward.watchers.look(clock.monotonicMs())
    this.#system.refresh().then(
      () => this.#screens.tellSystem(this.#system.view()),
      (error: unknown) => logger.error({ err: error }, 'the state of the system could not be told'),
    )
    // Sessions end by the clock, and by `vigil people` in another process.
    this.#screens.review()
    try {
      this.#people.auditCommanded(this.#audit)
    } catch (error) {
      logger.error({ err: error }, 'what was done with `vigil people` could not be taken into the audit')
    }
    this.#screens.tellFeeds()
  }
}

export function createWatchStage(options: WatchStageOptions): WatchStage {
  return new WatchStage(options)
}
