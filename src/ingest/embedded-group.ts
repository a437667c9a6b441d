import type { Deadline } from '../deadline.ts'
import type { EmbeddedMember } from './embedded-member.ts'
import type { Receiver } from './log.ts'

interface Joined {
  member: EmbeddedMember
  receiver: Receiver
}

/** A consumer group of the embedded log: its members share the partitions, one after the other takes its turn to move. */
export class EmbeddedGroup {
  readonly #partitions: number
  readonly #joined: Joined[] = []
  #moving: Promise<void> = Promise.resolve()

  constructor(partitions: number) {
    this.#partitions = partitions
  }

  get isEmpty(): boolean {
    return this.#joined.length === 0
  }

  /** Resolves when the member has its partitions and the receiver has been told. */
  join(member: EmbeddedMember, receiver: Receiver): Promise<void> {
    this.#joined.push({ member, receiver })
    return this.#rebalance()
  }

  /** Resolves when the member's receiver is at rest. */
  async leave(member: EmbeddedMember, deadline?: Deadline): Promise<void> {
    const index = this.#joined.findIndex((joined) => joined.member === member)
    if (index < 0) return
    this.#joined.splice(index, 1)
    await member.stop(deadline)
    await this.#rebalance()
  }

  #rebalance(): Promise<void> {
    this.#moving = this.#moving.then(() => this.#move())
    return this.#moving
  }

  /** First all that is lost is let go of, then what is free is handed out. */
  async #move(): Promise<void> {
    const wanted = new Map(this.#joined.map((joined, index) => [joined, this.#shareOf(index)]))
    for (const [{ member, receiver }, share] of wanted) {
      const lost = [...member.owned].filter((partition) => !share.includes(partition))
      if (lost.length === 0) continue
      await member.lose(lost)
      await told(member, () => receiver.revoked?.(lost))
    }
    for (const [{ member, receiver }, share] of wanted) {
      const gained = share.filter((partition) => !member.owned.has(partition))
      if (gained.length === 0 || !this.#joined.some((joined) => joined.member === member)) continue
      member.own(gained)
      if (await told(member, () => receiver.assigned?.(gained))) member.begin(gained)
    }
  }

  #shareOf(index: number): number[] {
    const all = Array.from({ length: this.#partitions }, (_, partition) => partition)
    return all.filter((partition) => partition % this.#joined.length === index)
  }
}

async function told(member: EmbeddedMember, tell: () => Promise<void> | undefined): Promise<boolean> {
  try {
    await tell()
    return true
  } catch (error) {
    member.fail(error)
    return false
  }
}
