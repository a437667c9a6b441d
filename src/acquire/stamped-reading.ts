import type { Reading } from '../reading.ts'

/** The device's own time at which it sent a reading: heart sound bears the time of its first sample and leaves after its last. */
export function sentDeviceMs({ modality, record }: Reading): number {
  if (modality !== 'pcg' || record.sampleRateHz <= 0) return record.deviceTimeMs
  return record.deviceTimeMs + Math.round((record.sampleCount * 1_000) / record.sampleRateHz)
}

/** A reading in event time: device time plus offset, waveforms along with it. Device time stays as the device said. */
export function stamped(reading: Reading, clockOffsetMs: number): Reading {
  const eventTimeMs = reading.record.deviceTimeMs + clockOffsetMs
  switch (reading.modality) {
    case 'vitals': {
      const waveforms = reading.record.waveforms.map((stretch) => ({
        ...stretch,
        startTimeMs: stretch.startTimeMs + clockOffsetMs,
      }))
      return { modality: 'vitals', record: { ...reading.record, waveforms, clockOffsetMs, eventTimeMs } }
    }
    case 'pcg':
      return { modality: 'pcg', record: { ...reading.record, clockOffsetMs, eventTimeMs } }
    case 'video':
      return { modality: 'video', record: { ...reading.record, clockOffsetMs, eventTimeMs } }
  }
}
