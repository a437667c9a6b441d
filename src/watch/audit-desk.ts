import type { Logger } from 'pino'
import { join } from 'node:path'
import { SpoolingPublisher } from '../acquire/publisher.ts'
import type { Clock } from '../clock.ts'
import { deadLetterOfRefused } from '../ingest/dead-letter.ts'
import type { Log } from '../ingest/log.ts'
import { outbound } from '../ingest/outbound.ts'
import type { AuditDoor, AuditEntry } from '../records.ts'
import type { Identity } from './access.ts'
import type { CommandedChange } from './people-store.ts'
import type { Deed } from './person.ts'
import { secret } from './session.ts'

interface AuditDeskOptions {
  log: Pick<Log, 'append'>
  dataDir: string
  clock: Clock
  logger: Logger
}

/** Looking on is one view: a screen asks again at every reconnect, and a script every second. */
const ONE_VIEW_MS = 600_000
const VIEWS_REMEMBERED = 10_000
const RETRY_MS = 1_000
/** More than this and the log has been away for days: what comes then is counted, and not kept. */
const MOST_SPOOLED = 100_000

/** What is looked at by a question that is answered. */
const VIEW_OF_DEED: Partial<Record<Deed, string>> = {
  'see-patients': 'view-bed',
  'read-history': 'view-history',
  'play-back': 'play-back',
  'see-load': 'view-load',
}

/** A question as it was answered. */
export interface Asked {
  identity: Identity
  deed: Deed
  /** The event, or the address's pattern. */
  question: string
  patientId: string | null
  unitId: string | null
  refusedWith: string | null
}

type Entry = Omit<AuditEntry, 'entryId' | 'occurredAtMs'>

const UNSAID = { patientId: null, unitId: null, refusedWith: null, about: null } as const

/**
 * Writes down who looked at what, who came in and who was refused. Nobody waits for it: while the log is away entries are
 * kept on disk, views go on, and `system` says how many wait. What people do about alerts is on `alert-commands` already.
 */
export class AuditDesk {
  readonly #options: AuditDeskOptions
  readonly #publisher: SpoolingPublisher
  readonly #views = new Map<string, number>()
  #lost = 0

  constructor(options: AuditDeskOptions) {
    const { log, dataDir, clock, logger } = options
    this.#options = options
    this.#publisher = new SpoolingPublisher({
      append: (records) => log.append(records),
      refused: (record, code) => deadLetterOfRefused(record, code, clock.nowMs()),
      folder: join(dataDir, 'spool-audit'),
      clock,
      logger,
      retryMs: RETRY_MS,
    })
  }

  /** Begins to send what an earlier run left on disk. A folder that cannot be had costs entries, and not the ward. */
  async open(): Promise<void> {
    try {
      await this.#publisher.open()
    } catch (error) {
      this.#options.logger.error({ err: error }, 'audit entries can be kept nowhere while the log is away')
    }
  }

  close(): Promise<void> {
    return this.#publisher.close()
  }

  /** Entries that the log does not have yet, and those that nobody has any more. */
  get state(): { waiting: number; lost: number } {
    return { waiting: this.#publisher.state().spooled, lost: this.#lost }
  }

  /** A question about patients: what was looked at, or that it was refused. */
  asked({ identity, deed, question, patientId, unitId, refusedWith }: Asked): void {
    const of = { ...UNSAID, userId: identity.person.id, how: identity.how, patientId, unitId }
    if (refusedWith !== null) return this.#once({ ...of, kind: 'refused', action: question, refusedWith })
    const action = VIEW_OF_DEED[deed]
    if (action === undefined) return
    if (patientId !== null) return this.#once({ ...of, kind: 'view', action })
    if (deed === 'see-patients') this.#once({ ...of, kind: 'view', action: 'view-board' })
    if (deed === 'see-load') this.#once({ ...of, kind: 'view', action })
  }

  /** Somebody came in, went, or got other rights. */
  access(
    action: string,
    entry: { userId: string; how: AuditDoor; about?: string | null; refusedWith?: string | null },
  ): void {
    const { userId, how, about = null, refusedWith = null } = entry
    const kind = refusedWith === null ? 'access' : 'refused'
    this.#write({ ...UNSAID, userId, how, kind, action, about, refusedWith })
  }

  /** What was done on the server with `vigil people`, as of then; the same id twice is one entry. */
  commanded(entryId: string, { action, about, occurredAtMs }: CommandedChange): void {
    this.#keep({ ...UNSAID, userId: 'vigil', how: 'open', kind: 'access', action, about, entryId, occurredAtMs })
  }

  /** Once in ten minutes; looking on does not make it longer. */
  #once(entry: Entry): void {
    const key = JSON.stringify([entry.userId, entry.action, entry.patientId, entry.unitId, entry.refusedWith])
    const nowMs = this.#options.clock.monotonicMs()
    const before = this.#views.get(key)
    if (before !== undefined && nowMs - before < ONE_VIEW_MS) return
    this.#views.delete(key)
    this.#views.set(key, nowMs)
    if (this.#views.size > VIEWS_REMEMBERED)
      for (const oldest of this.#views.keys()) if (this.#views.delete(oldest)) break
    this.#write(entry)
  }

  #write(entry: Entry): void {
    this.#keep({ ...entry, entryId: secret(), occurredAtMs: this.#options.clock.nowMs() })
  }

  #keep(entry: AuditEntry): void {
    if (this.#publisher.state().spooled >= MOST_SPOOLED) {
      this.#lost++
      return
    }
    this.#publisher.publish([outbound('audit', entry)]).catch((error: unknown) => {
      this.#lost++
      this.#options.logger.error({ err: error }, 'an audit entry could be kept nowhere')
    })
  }
}
