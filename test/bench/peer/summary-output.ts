import type { Message, Producer } from 'kafkajs'

/** Writes summaries as the join writes its own outputs: one request at a time, with all that came meanwhile. */
export class SummaryOutput {
  readonly #producer: Producer
  readonly #topic: string
  #waiting: Message[] = []
  #sending: Promise<void> | null = null

  constructor(producer: Producer, topic: string) {
    this.#producer = producer
    this.#topic = topic
  }

  /** Resolves when the summaries are in the log. */
  async append(summaries: readonly Message[]): Promise<void> {
    if (summaries.length === 0) return
    this.#waiting.push(...summaries)
    // What is under way does not hold these; the request after it does.
    if (this.#sending !== null) await this.#sending
    this.#sending ??= this.#send().finally(() => (this.#sending = null))
    await this.#sending
  }

  async #send(): Promise<void> {
    const messages = this.#waiting
    this.#waiting = []
    if (messages.length > 0) await this.#producer.send({ topic: this.#topic, acks: -1, messages })
  }
}
