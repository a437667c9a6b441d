import type { ClosedWindow } from '../../src/join/patient-join.ts'
import type { Readings, WaveformColumn } from '../../src/reading.ts'

/** A closed window whose readings are copies, and let go itself: what it lay in is used for the windows after it. */
export function kept(closed: ClosedWindow): ClosedWindow {
  const { counts, generationMode, names, signals, pcg, video } = closed.window.readings
  const readings: Readings = {
    counts,
    generationMode,
    names,
    signals: {
      numerics: new Map([...signals.numerics].map(([code, column]) => [code, structuredClone({ ...column })])),
      waveforms: new Map([...signals.waveforms].map(([code, column]) => [code, keptWaveform(column)])),
    },
    pcg: pcg.map((chunk) => ({ ...chunk, samples: Buffer.from(chunk.samples) })),
    video: video.map((frame) => ({ ...frame, jpeg: Buffer.from(frame.jpeg) })),
  }
  closed.letGo()
  return { ...closed, window: { ...closed.window, readings }, letGo: () => undefined }
}

/** Its own samples only, one stretch behind the other: among them lie others, and what other windows left. */
function keptWaveform(column: WaveformColumn): WaveformColumn {
  const { firstSamples, lengths } = column
  const samples = [...firstSamples].flatMap((first, stretch) => [
    ...column.samples.subarray(first, first + (lengths[stretch] ?? 0)),
  ])
  let next = 0
  const moved = lengths.map((length) => {
    next += length
    return next - length
  })
  return { ...structuredClone({ ...column, samples: Int16Array.from(samples) }), firstSamples: moved }
}
