import { createHash } from 'node:crypto'
import type { Log, LogRecord } from '../../src/ingest/log.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import type { Alert, DeadLetter, LateReading, Prediction } from '../../src/reading.ts'

export const OUTPUT_TOPICS = ['predictions', 'alerts', 'late-readings', 'dead-letter'] as const
export type OutputTopic = (typeof OUTPUT_TOPICS)[number]

/** One result, by its deterministic id. */
export interface Result {
  topic: OutputTopic
  id: string
  patientId: string
  partition: number
  /** Of all that an undisturbed run decides alike; a bed's numbers depend on which of two topics was read first. */
  digest: string
  /** What the digest was taken of, field by field. */
  fields: Readonly<Record<string, string>>
  /** Alerts of a patient's limits and risk; those of equipment depend on when somebody was there to watch. */
  physiological: boolean
  bedSequence: number | null
  /** Of a prediction: its patient and where its window begins. */
  window: string | null
  appendTimeMs: number
}

/** The result a record holds. Throws for one that cannot be read: our own outputs always can. */
export function resultOf(topic: OutputTopic, record: LogRecord): Result {
  const read = readRecord(topic, record)
  if (!read.ok) throw new Error(`${topic} ${record.partition}/${record.offset}: ${read.code} ${read.detail}`)
  const content: Prediction | Alert | LateReading | DeadLetter = read.record
  const isAlert = 'bedSequence' in content
  const compared = Object.entries(content).filter(([name]) => name !== 'bedSequence')
  const fields = Object.fromEntries(compared.map(([name, value]) => [name, JSON.stringify(ordered(name, value))]))
  return {
    topic,
    id: content.id,
    patientId: record.key,
    partition: record.partition,
    digest: createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16),
    fields,
    physiological: isAlert && content.kind === 'physiological',
    bedSequence: isAlert ? content.bedSequence : null,
    window: 'rung' in content ? `${content.patientId}|${content.windowStartMs}` : null,
    appendTimeMs: record.appendTimeMs,
  }
}

/** A patient's feeds are a set: which was heard of first is nobody's business. */
function ordered(name: string, value: unknown): unknown {
  return name === 'sources' && Array.isArray(value) ? value.map((source) => JSON.stringify(source)).sort() : value
}

/** All results in the log, in its order. */
export async function outputsOf(log: Log): Promise<Result[]> {
  const topics = await Promise.all(
    OUTPUT_TOPICS.map(async (topic) => {
      const results: Result[] = []
      for await (const record of log.readAll(topic)) results.push(resultOf(topic, record))
      return results
    }),
  )
  return topics.flat()
}

/** Where two results differ, as `field: one, other`. */
export function difference(one: Result, other: Result): string {
  const said = (value = 'nothing'): string => (value.length > 80 ? `${value.slice(0, 80)}…` : value)
  const names = Object.keys({ ...one.fields, ...other.fields }).filter(
    (name) => one.fields[name] !== other.fields[name],
  )
  const numbers = one.bedSequence === other.bedSequence ? [] : [`bedSequence: ${one.bedSequence}, ${other.bedSequence}`]
  return [...numbers, ...names.map((name) => `${name}: ${said(one.fields[name])}, ${said(other.fields[name])}`)].join(
    '; ',
  )
}

export function keyOf({ topic, id }: Pick<Result, 'topic' | 'id'>): string {
  return `${topic}/${id}`
}

/** Technical alerts say when somebody was there to watch; an undisturbed run has others. */
export function isCompared({ topic, physiological }: Pick<Result, 'topic' | 'physiological'>): boolean {
  return topic !== 'alerts' || physiological
}
