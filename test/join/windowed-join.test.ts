import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JoinPolicy } from '../../src/join/patient-join.ts'
import { tumblingWindows } from '../../src/join/tumbling-windows.ts'
import { type JoinOutput, WindowedJoin } from '../../src/join/windowed-join.ts'
import type { PatientWindow } from '../../src/reading.ts'
import { headerAt, readingOf, type Said } from '../support/readings.ts'

const POLICY: JoinPolicy = {
  windows: tumblingWindows({ sizeMs: 10_000, graceMs: 2_000 }),
  sourceIdleMs: 15_000,
  windowWaitMs: 60_000,
}

/** Feeds readings, each appended at its event time unless it says when, and each in a moment of its own. */
function feed(join: WindowedJoin, readings: (Said & { appendTimeMs?: number })[], offsets = new Map<string, number>()) {
  return readings.flatMap((said) => {
    const reading = readingOf(said)
    const offset = offsets.get(reading.modality) ?? 0
    offsets.set(reading.modality, offset + 1)
    const appendTimeMs = said.appendTimeMs ?? said.eventTimeMs
    return [...join.receive(headerAt(reading, offset, appendTimeMs)), ...join.advance(appendTimeMs)]
  })
}

function countsOf({ readings: { counts } }: PatientWindow): string {
  return `v${counts.vitals} a${counts.pcg} f${counts.video}`
}

function told(outputs: readonly JoinOutput[]) {
  return outputs.map((output) =>
    output.kind === 'late'
      ? `late ${output.late.eventTimeMs}`
      : `[${output.closed.window.startMs},${output.closed.window.endMs}) ${countsOf(output.closed.window)}` +
        ` by ${output.closed.closedBy}`,
  )
}

const vitals = (eventTimeMs: number, more: Partial<Said & { appendTimeMs: number }> = {}) => ({ eventTimeMs, ...more })
const pcg = (eventTimeMs: number, more: Partial<Said & { appendTimeMs: number }> = {}) => ({
  modality: 'pcg' as const,
  eventTimeMs,
  ...more,
})
const video = (eventTimeMs: number, more: Partial<Said & { appendTimeMs: number }> = {}) => ({
  modality: 'video' as const,
  eventTimeMs,
  ...more,
})

describe('windowed join', () => {
  it('closes a window when every live source has passed its end and the grace', () => {
    //        0         10        20
    // vitals |1       9|    12   |
    // pcg    | 2       |     12.5|      the pcg is the last to pass 10 + 2
    const join = new WindowedJoin(POLICY)
    const early = feed(join, [vitals(1_000), pcg(2_000), vitals(9_000), vitals(12_000)])
    assert.deepEqual(told(early), [])
    const after = feed(join, [pcg(12_500)])
    assert.deepEqual(told(after), ['[0,10000) v2 a1 f0 by watermark'])
  })

  it('takes what is out of order but in its grace', () => {
    const join = new WindowedJoin(POLICY)
    const outputs = feed(join, [vitals(1_000), vitals(11_900), vitals(9_999), vitals(12_000)])
    assert.deepEqual(told(outputs), ['[0,10000) v2 a0 f0 by watermark'])
  })

  it('sends what comes after the close to the late output and leaves the window as it was', () => {
    const join = new WindowedJoin(POLICY)
    const outputs = feed(join, [vitals(1_000), vitals(12_000), vitals(5_000)])
    assert.deepEqual(told(outputs), ['[0,10000) v1 a0 f0 by watermark', 'late 5000'])
    const late = outputs.find((output) => output.kind === 'late')
    assert.equal(late?.late.latenessMs, 7_000)
    assert.equal(late?.late.windowStartMs, 0)
  })

  it('does not wait for a source that turned idle, and says so in the window', () => {
    // video falls silent after 1 s: from 16 s of append time on nobody waits for it
    const join = new WindowedJoin(POLICY)
    const outputs = feed(join, [
      vitals(500),
      video(1_000),
      ...Array.from({ length: 16 }, (_, second) => vitals((second + 1) * 1_000)),
    ])
    assert.deepEqual(told(outputs), ['[0,10000) v10 a0 f1 by watermark'])
    const [first] = outputs
    assert.ok(first?.kind === 'window')
    const states = first.closed.window.sources.map(({ modality, state }) => `${modality} ${state}`)
    assert.deepEqual(states.sort(), ['video idle', 'vitals live'])
  })

  it('learns that time went by from the log alone, when nothing more comes', () => {
    const join = new WindowedJoin(POLICY)
    assert.deepEqual(told(feed(join, [vitals(1_000), pcg(1_500)])), [])
    assert.deepEqual(told(join.advance(60_999)), [])
    assert.deepEqual(told(join.advance(61_000)), ['[0,10000) v1 a1 f0 by wait'])
    assert.equal(join.openWindows, 0)
  })

  it('closes by the bounded wait though a live source lags far behind', () => {
    // the pcg device is 5 min behind; it is live, so the watermark never passes, but no window waits for more than 60 s
    const join = new WindowedJoin(POLICY)
    const outputs: JoinOutput[] = []
    const offsets = new Map<string, number>()
    for (let second = 300; second <= 372; second++) {
      outputs.push(
        ...feed(join, [vitals(second * 1_000), pcg((second - 300) * 1_000, { appendTimeMs: second * 1_000 })], offsets),
      )
    }
    const windows = told(outputs).filter((line) => line.startsWith('[300000,'))
    assert.deepEqual(windows, ['[300000,310000) v10 a0 f0 by wait'])
    assert.ok(told(outputs).includes('late 61000'), 'what lags behind the closed windows is late, not lost')
  })

  it('counts a reading that a feed sends twice once', () => {
    const join = new WindowedJoin(POLICY)
    const outputs = feed(join, [vitals(1_000), vitals(1_000), vitals(12_000)])
    assert.deepEqual(told(outputs), ['[0,10000) v1 a0 f0 by watermark'])
  })

  it('takes what was appended in one moment as said at once, whichever topic is read first', () => {
    // a spool that is emptied: half a minute of two streams in one append, all of the vitals before any of the pcg
    const join = new WindowedJoin(POLICY)
    const seconds = Array.from({ length: 33 }, (_, second) => second * 1_000)
    const [first, second] = [seconds.map((ms) => readingOf(vitals(ms))), seconds.map((ms) => readingOf(pcg(ms)))]
    const outputs = [...first, ...second].flatMap((reading, index) =>
      join.receive(headerAt(reading, index % 33, 50_000)),
    )
    assert.deepEqual(told(outputs), [], 'nothing closes before the moment is whole')
    assert.deepEqual(told(join.advance(50_000)), [
      '[0,10000) v10 a10 f0 by watermark',
      '[10000,20000) v10 a10 f0 by watermark',
      '[20000,30000) v10 a10 f0 by watermark',
    ])
  })

  it('keeps patients apart: one who lags holds up nobody else', () => {
    const join = new WindowedJoin(POLICY)
    const outputs = feed(join, [
      vitals(1_000, { patientId: 'p2' }),
      vitals(1_000, { patientId: 'p1' }),
      vitals(12_000, { patientId: 'p1' }),
    ])
    assert.deepEqual(told(outputs), ['[0,10000) v1 a0 f0 by watermark'])
  })

  it('lets a heartbeat move the watermark without being a reading', () => {
    const join = new WindowedJoin(POLICY)
    const outputs = feed(join, [
      vitals(1_000),
      pcg(1_000, { heartbeat: true }),
      vitals(12_000),
      pcg(12_000, { heartbeat: true }),
    ])
    assert.deepEqual(told(outputs), ['[0,10000) v1 a0 f0 by watermark'])
  })

  it('joins the context as of the end of the window', () => {
    const join = new WindowedJoin(POLICY)
    const context = (effectiveTimeMs: number, diagnosis: string) => ({
      patientId: 'p1',
      unitId: 'u',
      bedId: 'b',
      effectiveTimeMs,
      ageBand: '',
      sex: 'unknown' as const,
      diagnosis,
      notes: [],
      labs: [],
      consciousness: null,
      supplementalOxygen: null,
      hypercapnicTarget: false,
      deviceIds: [],
      generationMode: 'test' as const,
    })
    const record = { topic: 'patient-context', partition: 0, key: 'p1', value: null } as const
    join.receiveContext({ ...record, offset: 0, appendTimeMs: 0 }, context(0, 'pneumonia'))
    join.receiveContext({ ...record, offset: 1, appendTimeMs: 0 }, context(15_000, 'sepsis'))
    const outputs = feed(join, [vitals(1_000), vitals(12_000), vitals(22_000)])
    const diagnoses = outputs.map((output) => (output.kind === 'window' ? output.closed.window.context?.diagnosis : ''))
    assert.deepEqual(diagnoses, ['pneumonia', 'sepsis'])
  })

  it('commits no further than the oldest reading that an open window holds', () => {
    const join = new WindowedJoin(POLICY)
    feed(join, [vitals(1_000), vitals(11_000), vitals(2_000), vitals(12_000), vitals(13_000)])
    // [0,10) closed at 12 s; 11 s at offset 1 is held, so what is read again starts there
    assert.deepEqual(join.committable, { vitals: 1 })
  })
})
