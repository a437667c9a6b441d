import type { BedAlarms } from './bed-alarms.ts'

/** Suspends the sound of a bed until `untilMs` (append time). */
export function pauseAudio(bed: BedAlarms, untilMs: number, atMs: number): void {
  bed.state.audioPausedUntilMs = untilMs
  for (const alert of bed.standing()) bed.emit(alert, 'audio_paused', atMs)
}

/** Ends a pause; every alert but the one named says so. */
export function resumeAudio(bed: BedAlarms, atMs: number, except: string | null = null): void {
  if (bed.state.audioPausedUntilMs === null) return
  bed.state.audioPausedUntilMs = null
  for (const alert of bed.standing()) if (alert.condition !== except) bed.emit(alert, 'audio_resumed', atMs)
}
