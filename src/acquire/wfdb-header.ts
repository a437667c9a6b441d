/** One line of a header: a signal, and how its samples lie in its file. */
export interface WfdbSignal {
  /** `~`: there are no samples (of a layout). */
  fileName: string
  format: number
  samplesPerFrame: number
  /** Frames by which the signal's samples come late in its file. */
  skewFrames: number
  byteOffset: number
  /** ADC units per physical unit. */
  gain: number
  /** ADC value that means 0 physical units. */
  baseline: number
  unit: string
  initialValue: number
  /** Sum of all samples modulo 65536, signed; null where the header does not say. */
  checksum: number | null
  label: string
}

export interface WfdbSegment {
  /** `~`: a gap. */
  name: string
  frames: number
}

export interface WfdbHeader {
  /** Null: the record is not made of segments. The first one of no length is the layout. */
  segments: readonly WfdbSegment[] | null
  signals: readonly WfdbSignal[]
  framesPerSecond: number
  /** Null where the header does not say. */
  frames: number | null
}

export type ParsedHeader = { ok: true; header: WfdbHeader } | { ok: false; detail: string }

/** WFDB's defaults, header(5): a sampling frequency of 250 Hz, 200 ADC units per millivolt. */
const DEFAULT_FRAMES_PER_SECOND = 250
const DEFAULT_GAIN = 200

/** Parses a WFDB header, header(5) of the WFDB Applications Guide. */
export function parseWfdbHeader(text: string): ParsedHeader {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const record = (lines[0] ?? '').split(/\s+/)
  const [, segmentCount] = (record[0] ?? '').split('/')
  const signalCount = Number(record[1])
  if (!Number.isInteger(signalCount) || signalCount < 0) return refused('the record line names no number of signals')
  const framesPerSecond = record[2] === undefined ? DEFAULT_FRAMES_PER_SECOND : parseFloat(record[2])
  if (!(framesPerSecond > 0) || framesPerSecond > 1e6) return refused('the sampling frequency is not a frequency')
  const frames = record[3] === undefined || Number(record[3]) === 0 ? null : Number(record[3])
  if (frames !== null && !(Number.isInteger(frames) && frames > 0))
    return refused('the length is not a count of frames')

  const bodies = lines.slice(1)
  if (segmentCount !== undefined) {
    const segments = bodies.slice(0, Number(segmentCount)).map(parseSegment)
    if (segments.length !== Number(segmentCount)) return refused(`${segments.length} of ${segmentCount} segment lines`)
    if (segments.some((segment) => !safeName(segment.name) || !(segment.frames >= 0)))
      return refused('a segment line cannot be read')
    return { ok: true, header: { segments, signals: [], framesPerSecond, frames } }
  }
  const signals = bodies.slice(0, signalCount).map(parseSignal)
  if (signals.length !== signalCount) return refused(`${signals.length} of ${signalCount} signal lines`)
  const wrong = signals.findIndex((signal) => signal === null)
  if (wrong >= 0) return refused(`signal line ${wrong + 1} cannot be read`)
  const header = { segments: null, signals: signals.filter((signal) => signal !== null), framesPerSecond, frames }
  return { ok: true, header }
}

function parseSegment(line: string): WfdbSegment {
  const [name = '', frames = ''] = line.split(/\s+/)
  return { name, frames: frames === '' ? NaN : Number(frames) }
}

const FORMAT = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/
const GAIN = /^([-+\d.eE]+)(?:\(([-+]?\d+)\))?(?:\/(\S+))?$/

/** `file format[xN][:skew][+offset] [gain[(baseline)][/unit] [bits [zero [initial [checksum [block [description]]]]]]]` */
function parseSignal(line: string): WfdbSignal | null {
  const match =
    /^(\S+)\s+(\S+)(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(\S+))?(?:\s+(.*))?$/.exec(
      line,
    )
  const [, fileName = '', formatField = '', gainField, , zeroField, initialField, checksumField, , label] = match ?? []
  const format = FORMAT.exec(formatField)
  const gain = gainField === undefined ? null : GAIN.exec(gainField)
  if (format === null || !safeName(fileName) || (gainField !== undefined && gain === null)) return null
  const adcZero = integerOr(zeroField, 0)
  const statedGain = Number(gain?.[1] ?? 0)
  const baseline = gain?.[2] === undefined ? adcZero : Number(gain[2])
  if (!Number.isFinite(statedGain) || !Number.isFinite(baseline)) return null
  return {
    fileName,
    format: Number(format[1]),
    samplesPerFrame: Math.max(1, Number(format[2] ?? 1)),
    skewFrames: Number(format[3] ?? 0),
    byteOffset: Number(format[4] ?? 0),
    // 0 means that nobody calibrated it; header(5) has 200 stand in.
    gain: statedGain === 0 ? DEFAULT_GAIN : statedGain,
    baseline,
    unit: gain?.[3] ?? 'mV',
    initialValue: integerOr(initialField, adcZero),
    checksum: checksumField === undefined ? null : integerOr(checksumField, 0),
    label: label ?? '',
  }
}

function integerOr(field: string | undefined, fallback: number): number {
  const value = Number(field ?? fallback)
  return Number.isInteger(value) ? value : fallback
}

/** A header names files beside itself or below; one that points elsewhere is not followed. */
function safeName(name: string): boolean {
  return name !== '' && name !== '-' && !name.startsWith('/') && !name.includes('\\') && !name.split('/').includes('..')
}

function refused(detail: string): { ok: false; detail: string } {
  return { ok: false, detail }
}
