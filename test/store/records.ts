import type {
  Alert,
  AlertCommand,
  AuditEntry,
  DeadLetter,
  LateReading,
  PatientContext,
  PcgChunk,
  Prediction,
  VideoFrame,
  VitalsReading,
} from '../../src/reading.ts'

/** Records for tests, good in every field; `changes` overrides. */
export function vitals(patientId: string, eventTimeMs: number, changes: Partial<VitalsReading> = {}): VitalsReading {
  return {
    patientId,
    feedId: 'monitor-1',
    deviceId: 'device-1',
    sequence: Math.floor(eventTimeMs / 1_000),
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    numerics: [
      { code: 'hr', value: 72.5, unit: '/min', validity: 'valid' },
      { code: 'spo2', value: null, unit: '%', validity: 'not_available' },
    ],
    waveforms: [
      {
        code: 'ecg',
        startTimeMs: eventTimeMs - 500,
        sampleRateHz: 124.98,
        scale: 0.0049,
        offset: -0.1,
        unit: 'mV',
        validity: 'valid',
        samples: everyInt16(),
      },
    ],
    ...changes,
  }
}

/** Bytes of int16 samples from one end of their range to the other, the missing one included. */
export function everyInt16(): Buffer {
  const samples = Buffer.alloc(514)
  for (let index = 0; index < 257; index++)
    samples.writeInt16LE(Math.max(-32_768, Math.min(32_767, (index - 128) * 256)), index * 2)
  return samples
}

export function pcg(patientId: string, eventTimeMs: number): PcgChunk {
  return {
    patientId,
    feedId: 'stethoscope-1',
    deviceId: 'device-2',
    sequence: Math.floor(eventTimeMs / 1_000),
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    site: 'mitral',
    sampleRateHz: 2_000,
    encoding: 'pcm_s16le',
    sampleCount: 257,
    samples: everyInt16(),
  }
}

export function frame(patientId: string, eventTimeMs: number): VideoFrame {
  return {
    patientId,
    feedId: 'camera-1',
    deviceId: 'device-3',
    sequence: Math.floor(eventTimeMs / 1_000),
    eventTimeMs,
    deviceTimeMs: eventTimeMs,
    clockOffsetMs: 0,
    generationMode: 'test',
    heartbeat: false,
    widthPx: 640,
    heightPx: 480,
    jpeg: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 0xff, 0xd9]),
  }
}

export function prediction(patientId: string, windowStartMs: number): Prediction {
  return {
    id: `prediction-${patientId}-${windowStartMs}`,
    patientId,
    windowStartMs,
    windowEndMs: windowStartMs + 10_000,
    generationMode: 'test',
    closedBy: 'watermark',
    vitalsCount: 10,
    pcgCount: 5,
    videoCount: 0,
    sources: [
      { modality: 'vitals', feedId: 'monitor-1', state: 'live', readings: 10, lastEventTimeMs: windowStartMs + 9_000 },
    ],
    contentDigest: 'd'.repeat(64),
    rung: 'partial',
    risk: 0.2375,
    riskLow: 0.2,
    riskHigh: 0.31,
    parts: [
      {
        scorer: 'news2',
        version: '1',
        score: 0.25,
        share: 0.25,
        modalities: ['vitals'],
        findings: [{ code: 'rr', value: 3, text: 'fast' }],
      },
      { scorer: 'ward-hybrid:pcg', version: '1', score: null, share: -0.0125, modalities: ['pcg'], findings: [] },
    ],
    missing: [{ input: 'video', reason: 'strange' }],
    model: { name: 'ward-hybrid', version: '1', sha256: 'a'.repeat(64), provider: 'cpu', fusion: 'hybrid' },
  }
}

export function alert(patientId: string, number: number, eventTimeMs: number, changes: Partial<Alert> = {}): Alert {
  const alertId = changes.alertId ?? `alert-${patientId}`
  return {
    id: `${alertId}-${number}`,
    alertId,
    patientId,
    unitId: 'icu-1',
    bedId: 'bed-1',
    bedSequence: number,
    transition: number === 1 ? 'raised' : 'repeated',
    condition: 'limit:hr:high',
    kind: 'physiological',
    priority: 'high',
    conditionPresent: true,
    presence: 'on',
    onsetTimeMs: eventTimeMs - 5_000,
    eventTimeMs,
    count: number,
    reasons: [{ code: 'hr', text: 'HR above "120" \\ {high}', value: 131, limit: 120, unit: '/min' }],
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

export function late(patientId: string, eventTimeMs: number): LateReading {
  return {
    id: `vitals-0-${patientId}`,
    topic: 'vitals',
    partition: 0,
    offset: 7,
    patientId,
    feedId: 'monitor-1',
    eventTimeMs,
    windowStartMs: Math.floor(eventTimeMs / 10_000) * 10_000,
    latenessMs: 30_000,
    appendTimeMs: eventTimeMs + 30_000,
    value: Buffer.from([0xc3, 0x01, 0x00]),
  }
}

export function deadLetter(id: string, appendTimeMs: number): DeadLetter {
  return {
    id,
    topic: 'vitals',
    partition: 3,
    offset: 11,
    appendTimeMs,
    code: 'RECORD_NOT_FRAMED',
    detail: '7 bytes',
    detectedBy: 'join',
    key: null,
    value: Buffer.from('garbage'),
  }
}

export function context(patientId: string, effectiveTimeMs: number): PatientContext {
  return {
    patientId,
    unitId: 'icu-1',
    bedId: 'bed-1',
    effectiveTimeMs,
    ageBand: '60-69',
    sex: 'female',
    diagnosis: 'sepsis, "probable"',
    notes: ['note {1}', 'line\nbreak'],
    labs: [{ code: 'lactate', value: 3.1, unit: 'mmol/L', timeMs: effectiveTimeMs }],
    consciousness: null,
    supplementalOxygen: true,
    hypercapnicTarget: false,
    deviceIds: ['device-1'],
    generationMode: 'test',
  }
}

export function command(patientId: string, issuedAtMs: number): AlertCommand {
  return {
    commandId: `command-${patientId}`,
    patientId,
    userId: 'nurse-1',
    issuedAtMs,
    action: 'acknowledge',
    alertId: `alert-${patientId}`,
    durationMs: null,
    limit: null,
    label: null,
    reason: 'seen',
    assignee: null,
  }
}

export function auditEntry(patientId: string | null, occurredAtMs: number): AuditEntry {
  return {
    entryId: `entry-${patientId ?? 'none'}`,
    occurredAtMs,
    userId: 'nurse-1',
    how: 'session',
    kind: patientId === null ? 'access' : 'view',
    action: patientId === null ? 'sign-in' : 'view-bed',
    patientId,
    unitId: null,
    refusedWith: null,
    about: patientId === null ? '10.0.0.1' : null,
  }
}
