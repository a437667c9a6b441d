import type {
  Alert,
  AlertState,
  DeadLetter,
  LateReading,
  PatientContext,
  PcgChunk,
  Prediction,
  VideoFrame,
  VitalsReading,
} from '../../src/records.ts'

/** Records of a small ward for the tests of watch, each complete and each changeable in what a test is about. */
export function context(changes: Partial<PatientContext> = {}): PatientContext {
  return {
    patientId: 'patient-1',
    unitId: 'icu',
    bedId: 'icu-1',
    effectiveTimeMs: 0,
    ageBand: '60-69',
    sex: 'female',
    diagnosis: '',
    notes: [],
    labs: [],
    consciousness: null,
    supplementalOxygen: null,
    hypercapnicTarget: false,
    deviceIds: ['monitor-1'],
    generationMode: 'test',
    ...changes,
  }
}

export function vitals(eventTimeMs: number, changes: Partial<VitalsReading> = {}): VitalsReading {
  return {
    patientId: 'patient-1',
    feedId: 'monitor-1/vitals',
    deviceId: 'monitor-1',
    sequence: 1,
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    numerics: [{ code: 'hr', value: 72, unit: '/min', validity: 'valid' }],
    waveforms: [waveform('ecg', eventTimeMs)],
    ...changes,
  }
}

export function waveform(code: string, startTimeMs: number): VitalsReading['waveforms'][number] {
  const samples = Buffer.alloc(250 * 2)
  for (let index = 0; index < 250; index++) samples.writeInt16LE(index - 100, index * 2)
  return { code, startTimeMs, sampleRateHz: 250, scale: 0.005, offset: 0, unit: 'mV', validity: 'valid', samples }
}

export function heartSound(eventTimeMs: number, changes: Partial<PcgChunk> = {}): PcgChunk {
  return {
    patientId: 'patient-1',
    feedId: 'stethoscope-1/pcg',
    deviceId: 'stethoscope-1',
    sequence: 1,
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    site: 'mitral',
    sampleRateHz: 2_000,
    encoding: 'pcm_s16le',
    sampleCount: 4,
    samples: Buffer.from([1, 0, 2, 0, 255, 255, 0, 128]),
    ...changes,
  }
}

export function frame(eventTimeMs: number, changes: Partial<VideoFrame> = {}): VideoFrame {
  return {
    patientId: 'patient-1',
    feedId: 'camera-1/video',
    deviceId: 'camera-1',
    sequence: 1,
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    widthPx: 64,
    heightPx: 48,
    jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9]),
    ...changes,
  }
}

export function prediction(windowStartMs: number, changes: Partial<Prediction> = {}): Prediction {
  return {
    id: `window-${windowStartMs}`,
    patientId: 'patient-1',
    windowStartMs,
    windowEndMs: windowStartMs + 10_000,
    generationMode: 'test',
    closedBy: 'watermark',
    vitalsCount: 10,
    pcgCount: 10,
    videoCount: 10,
    sources: [],
    contentDigest: '00',
    rung: 'multimodal',
    risk: 0.25,
    riskLow: 0.2,
    riskHigh: 0.31,
    parts: [],
    missing: [],
    model: null,
    ...changes,
  }
}

/** A transition of the alert `alertId`: number `bedSequence` of its bed. */
export function alert(alertId: string, bedSequence: number, changes: Partial<Alert> = {}): Alert {
  return {
    id: `${alertId}-${bedSequence}`,
    alertId,
    patientId: 'patient-1',
    unitId: 'icu',
    bedId: 'icu-1',
    bedSequence,
    transition: 'raised',
    condition: 'limit:spo2:low',
    kind: 'physiological',
    priority: 'high',
    conditionPresent: true,
    presence: 'on',
    onsetTimeMs: 1_000,
    eventTimeMs: 1_000 + bedSequence,
    count: 1,
    reasons: [{ code: 'spo2', text: 'SpO2 84 % below 85 %', value: 84, limit: 85, unit: '%' }],
    missing: [],
    windowStartMs: null,
    predictionId: null,
    escalationLevel: 0,
    acknowledgedBy: null,
    audioPausedUntilMs: null,
    label: null,
    generationMode: 'test',
    answer: null,
    responsible: null,
    escalatedTo: null,
    assignedTo: null,
    ...changes,
  }
}

export function alertState(changes: Partial<AlertState> = {}): AlertState {
  return {
    patientId: 'patient-1',
    unitId: 'icu',
    bedId: 'icu-1',
    generationMode: 'test',
    bedSequence: 0,
    appliedOffsets: {},
    streamTimeMs: 0,
    appendTimeMs: 0,
    lastWindowStartMs: null,
    audioPausedUntilMs: null,
    limits: [],
    limitChanges: [],
    appliedCommandIds: [],
    feeds: {},
    conditions: [],
    outbox: [],
    unwatchedSinceMs: null,
    watchedUntilMs: {},
    assignment: null,
    ...changes,
  }
}

export function condition(
  alertId: string,
  changes: Partial<AlertState['conditions'][number]> = {},
): AlertState['conditions'][number] {
  return {
    condition: 'limit:spo2:low',
    kind: 'physiological',
    priority: 'high',
    present: true,
    pendingSinceMs: null,
    absentSinceMs: null,
    alertId,
    presence: 'on',
    onsetTimeMs: 1_000,
    raisedAppendTimeMs: 1_500,
    count: 1,
    transitions: 1,
    escalationLevel: 0,
    acknowledgedBy: null,
    windowStartMs: null,
    predictionId: null,
    reasons: [],
    missing: [],
    answer: null,
    responsible: null,
    escalatedTo: null,
    escalatesAtMs: null,
    ...changes,
  }
}

export function deadLetter(offset: number, changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: `vitals-0-${offset}`,
    topic: 'vitals',
    partition: 0,
    offset,
    appendTimeMs: 1_000,
    code: 'RECORD_TRUNCATED',
    detail: '12 bytes',
    detectedBy: 'join',
    key: Buffer.from('patient-1'),
    value: Buffer.alloc(12),
    ...changes,
  }
}

export function lateReading(offset: number, changes: Partial<LateReading> = {}): LateReading {
  return {
    id: `vitals-0-${offset}`,
    topic: 'vitals',
    partition: 0,
    offset,
    patientId: 'patient-1',
    feedId: 'monitor-1/vitals',
    eventTimeMs: 1_000,
    windowStartMs: 0,
    latenessMs: 15_000,
    appendTimeMs: 16_000,
    value: Buffer.alloc(4),
    ...changes,
  }
}
