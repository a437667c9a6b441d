import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JoinPolicy } from '../../src/join/patient-join.ts'
import { tumblingWindows } from '../../src/join/tumbling-windows.ts'
import { type JoinOutput, WindowedJoin } from '../../src/join/windowed-join.ts'
import { headerAt, readingOf, type Said } from '../support/readings.ts'

const POLICY: JoinPolicy = {
  windows: tumblingWindows({ sizeMs: 10_000, graceMs: 2_000 }),
  sourceIdleMs: 15_000,
  windowWaitMs: 60_000,
}
/** Within what is tolerated: acquire corrects more, and ingest sets aside what it did not. */
const AHEAD_MS = 50_000

type Appended = Said & { appendTimeMs: number }

function outputsOf(readings: readonly Appended[]): JoinOutput[] {
  const join = new WindowedJoin(POLICY)
  const offsets = new Map<string, number>()
  const inOrder = readings.toSorted((a, b) => a.appendTimeMs - b.appendTimeMs)
  return inOrder.flatMap((said) => {
    const reading = readingOf(said)
    const offset = offsets.get(reading.modality) ?? 0
    offsets.set(reading.modality, offset + 1)
    return [...join.receive(headerAt(reading, offset, said.appendTimeMs)), ...join.advance(said.appendTimeMs)]
  })
}

/** A reading every `periodS` over `lengthS`, by a clock that is `aheadMs` ahead. */
function feed(said: Omit<Said, 'eventTimeMs'>, periodS: number, lengthS: number, aheadMs = 0, fromS = 0): Appended[] {
  return Array.from({ length: Math.floor((lengthS - fromS) / periodS) }, (_, index) => {
    const appendTimeMs = (fromS + index * periodS) * 1_000 + 100
    return { ...said, appendTimeMs, eventTimeMs: appendTimeMs - 100 + aheadMs }
  })
}

const lateOf = (outputs: readonly JoinOutput[], feedId: string): number =>
  outputs.filter((output) => output.kind === 'late' && output.late.feedId === feedId).length

describe('a device clock in the future', () => {
  it('makes no reading of another bed late and closes none of its windows early', () => {
    const right = feed({ patientId: 'p2', feedId: 'right' }, 1, 120)
    const ahead = feed({ patientId: 'p1', feedId: 'ahead' }, 1, 120, AHEAD_MS)
    const ofRight = (outputs: readonly JoinOutput[]): unknown[] =>
      outputs.filter((output) => output.kind === 'window' && output.closed.window.patientId === 'p2')
    const both = outputsOf([...right, ...ahead])
    assert.equal(lateOf(both, 'right'), 0)
    assert.deepEqual(
      ofRight(both).map((output) =>
        JSON.stringify(output, ['closed', 'window', 'startMs', 'closedBy', 'contentDigest']),
      ),
      ofRight(outputsOf(right)).map((output) =>
        JSON.stringify(output, ['closed', 'window', 'startMs', 'closedBy', 'contentDigest']),
      ),
    )
  })

  it('makes no reading of another live feed of its bed late', () => {
    const outputs = outputsOf([
      ...feed({ feedId: 'right' }, 1, 120),
      ...feed({ modality: 'pcg', feedId: 'ahead' }, 1, 120, AHEAD_MS),
    ])
    assert.equal(lateOf(outputs, 'right'), 0)
    assert.equal(lateOf(outputs, 'ahead'), 0)
  })

  it('makes no reading of a feed of its bed late that speaks too seldom to be waited for', () => {
    const outputs = outputsOf([
      ...feed({ feedId: 'seldom' }, 20, 200),
      ...feed({ modality: 'pcg', feedId: 'ahead' }, 1, 200, AHEAD_MS),
    ])
    assert.equal(lateOf(outputs, 'seldom'), 0)
  })

  it('makes no reading of a feed of its bed late that comes after it', () => {
    const outputs = outputsOf([
      ...feed({ feedId: 'newcomer' }, 1, 120, 0, 60),
      ...feed({ modality: 'pcg', feedId: 'ahead' }, 1, 120, AHEAD_MS),
    ])
    assert.equal(lateOf(outputs, 'newcomer'), 0)
  })
})
