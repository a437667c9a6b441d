import type { Archive } from './archive.ts'

/** From the first to the last event time of which something is stored. Waveforms and media are kept for less time. */
export interface StoredSpan {
  patientId: string
  fromMs: number
  toMs: number
  /** Null when no waveform is stored any more. */
  waveformsFromMs: number | null
}

const SPAN = `
  select patient_id as "patientId", epoch_ms(first) as "fromMs", epoch_ms(last) as "toMs",
    epoch_ms((select min(start_time) from waveform_stretches w where w.patient_id = span.patient_id)) as "waveformsFromMs"
  from (
    select patient_id, min(window_start) as first, max(window_end) as last
    from windows where $1::text is null or patient_id = $1::text
    group by patient_id
  ) as span order by patient_id`

/** The stored span of a patient, or of all; by closed windows, since whatever was read lies in one. */
export function readSpans(archive: Archive, patientId: string | null = null): Promise<StoredSpan[]> {
  return archive.query<StoredSpan>(SPAN, [patientId])
}
