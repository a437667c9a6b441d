import { readFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import type { OpenedRecording, RecordedReading, Recording, RecordingFault } from './recording.ts'
import { numericOfValue, MISSING, packAdc } from './sample-packing.ts'
import { numericOf, type SignalName, waveformCodes, waveformUnit } from './signal-labels.ts'
import { parseWfdbHeader, type WfdbHeader, type WfdbSignal } from './wfdb-header.ts'
import { WfdbSegmentReader, type SegmentBlock } from './wfdb-segment.ts'

/** Above this a signal is a waveform, up to it numerics: monitors send numerics once a second at most. */
const FASTEST_NUMERIC_HZ = 2

interface Segment {
  name: string
  startFrame: number
  /** Null: as many as its files hold. */
  frames: number | null
  header: WfdbHeader | null
}

/**
 * Opens a WFDB record by its header, its name, or one of its signal files: of one segment or many (with layout and gaps),
 * waveforms or numerics. One reading a second of waveforms, one a frame of numerics.
 */
export async function openWfdbRecording(path: string): Promise<OpenedRecording> {
  const headerPath = extname(path) === '.hea' ? path : `${path.slice(0, path.length - extname(path).length)}.hea`
  const folder = dirname(headerPath)
  const read = await readHeader(headerPath)
  if ('code' in read) return { ok: false, ...read }
  const { header } = read
  if (header.segments === null) {
    if (header.signals.length === 0) return { ok: false, code: 'FILE_FORMAT_UNKNOWN', detail: 'a record of no signals' }
    const segment = { name: headerPath, startFrame: 0, frames: header.frames, header }
    return openOne(new WfdbRecording(folder, header, header.signals, [segment]), folder, header)
  }
  let signals: readonly WfdbSignal[] = []
  const segments: Segment[] = []
  let startFrame = 0
  for (const { name, frames } of header.segments) {
    if (name !== '~') {
      // The layout (no length) and the first segment say which signals there are; the others are opened when it is their turn.
      const first = segments.length === 0 ? await readHeader(join(folder, `${name}.hea`)) : null
      if (first !== null && 'header' in first && signals.length === 0) signals = first.header.signals
      if (frames > 0) segments.push({ name: join(folder, `${name}.hea`), startFrame, frames, header: null })
    }
    startFrame += frames
  }
  if (segments.length === 0) return { ok: false, code: 'FILE_EMPTY', detail: 'no segment has samples' }
  return { ok: true, recording: new WfdbRecording(folder, { ...header, frames: startFrame }, signals, segments) }
}

/** A record of one segment shows at once whether its files are there. */
async function openOne(recording: WfdbRecording, folder: string, header: WfdbHeader): Promise<OpenedRecording> {
  const opened = await WfdbSegmentReader.open(folder, header, null)
  if ('code' in opened) return { ok: false, ...opened }
  const { frames, fault } = opened.reader
  await opened.reader.close()
  if (frames === 0) return { ok: false, code: fault?.code ?? 'FILE_EMPTY', detail: fault?.detail ?? 'no frames' }
  recording.note(fault)
  return { ok: true, recording }
}

class WfdbRecording implements Recording {
  readonly modality = 'vitals'
  readonly durationMs: number | null
  readonly #folder: string
  readonly #header: WfdbHeader
  /** Codes by label; a label that several signals bear has as many. */
  readonly #codes = new Map<string, string[]>()
  readonly #segments: readonly Segment[]
  #fault: RecordingFault | null = null

  constructor(folder: string, header: WfdbHeader, signals: readonly WfdbSignal[], segments: readonly Segment[]) {
    this.#folder = folder
    this.#header = header
    this.#segments = segments
    this.durationMs = header.frames === null ? null : Math.round((header.frames * 1000) / header.framesPerSecond)
    const labels = signals.map((signal) => signal.label)
    const codes = waveformCodes(labels)
    labels.forEach((label, index) => this.#codes.set(label, [...(this.#codes.get(label) ?? []), codes[index] ?? label]))
  }

  fault(): RecordingFault | null {
    return this.#fault
  }

  note(fault: RecordingFault | null): void {
    this.#fault ??= fault
  }

  async *read(): AsyncIterable<RecordedReading> {
    for (const segment of this.#segments) {
      const header = segment.header ?? (await readHeader(segment.name))
      if ('code' in header) {
        this.note({ code: header.code, detail: `a segment: ${header.detail}` })
        continue
      }
      yield* this.#readSegment(segment, 'header' in header ? header.header : header)
    }
  }

  async *#readSegment(segment: Segment, header: WfdbHeader): AsyncIterable<RecordedReading> {
    const opened = await WfdbSegmentReader.open(this.#folder, header, segment.frames)
    if ('code' in opened) {
      this.note({ code: opened.code, detail: `a segment: ${opened.detail}` })
      return
    }
    const { reader } = opened
    try {
      this.note(reader.fault)
      const numerics = header.signals.map((signal) => numericOf(signal.label, signal.unit))
      for (
        let block = await reader.next(FASTEST_NUMERIC_HZ);
        block !== null;
        block = await reader.next(FASTEST_NUMERIC_HZ)
      )
        yield this.#reading(header, numerics, segment.startFrame, block)
    } finally {
      await reader.close()
    }
  }

  #reading(header: WfdbHeader, names: readonly SignalName[], startFrame: number, block: SegmentBlock): RecordedReading {
    const rate = this.#header.framesPerSecond
    const offsetMs = ((startFrame + block.startFrame) * 1000) / rate
    const reading: RecordedReading = {
      modality: 'vitals',
      offsetMs: Math.round(offsetMs),
      // A numeric is a value of its moment, a waveform lasts.
      lengthMs: 0,
      numerics: [],
      waveforms: [],
    }
    const codes = this.#codesOf(header)
    header.signals.forEach((signal, index) => {
      const samples = block.samples[index] ?? new Int32Array()
      const sampleRateHz = rate * signal.samplesPerFrame
      if (sampleRateHz <= FASTEST_NUMERIC_HZ) {
        const name = names[index] ?? numericOf(signal.label, signal.unit)
        for (const adc of samples.subarray(0, 1)) reading.numerics.push(numericOfValue(name, physical(signal, adc)))
        return
      }
      const code = codes[index] ?? signal.label
      const unit = waveformUnit(code, signal.unit)
      const stretch = { code, unit, startOffsetMs: Math.round(offsetMs), sampleRateHz }
      reading.waveforms.push(packAdc(stretch, samples, signal.gain, signal.baseline))
      reading.lengthMs = Math.round((block.frames * 1000) / rate)
    })
    return reading
  }

  /** A segment has some of the record's signals: they keep the record's codes. */
  #codesOf(header: WfdbHeader): string[] {
    const seen = new Map<string, number>()
    return header.signals.map(({ label }) => {
      const turn = seen.get(label) ?? 0
      seen.set(label, turn + 1)
      return this.#codes.get(label)?.[turn] ?? waveformCodes([label])[0] ?? label
    })
  }
}

function physical(signal: WfdbSignal, adc: number): number | null {
  return adc === MISSING ? null : (adc - signal.baseline) / signal.gain
}

async function readHeader(path: string): Promise<{ header: WfdbHeader } | RecordingFault> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return { code: 'FILE_UNREADABLE', detail: 'there is no header (.hea)' }
  }
  if (text.trim() === '') return { code: 'FILE_EMPTY', detail: 'the header is empty' }
  const parsed = parseWfdbHeader(text)
  if (!parsed.ok) return { code: 'FILE_FORMAT_UNKNOWN', detail: parsed.detail }
  return { header: parsed.header }
}
