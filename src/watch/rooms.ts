/** Every room a screen can be in, by name. Only who sees all units is in this one. */
export const ALL_UNITS = 'board'
/** Who sees what could not be read. */
export const DEAD_LETTERS = 'dead-letters'

export function unitRoom(unitId: string): string {
  return `unit:${unitId}`
}

export function bedRoom(patientId: string): string {
  return `bed:${patientId}`
}

/** Screens that play back a stretch of this patient: they get none of the patient's live readings, only live alerts. */
export function playingRoom(patientId: string): string {
  return `playing:${patientId}`
}

/** Screens of a board whose tiles draw this waveform. */
export function boardWaveRoom(board: string, code: string): string {
  return `${board}~${code}`
}

/** Where one waveform of a bed is drawn: its own view, and the boards that asked for it. */
export function roomsOfWave(patientId: string, unitId: string, code: string): string[] {
  return [bedRoom(patientId), boardWaveRoom(unitRoom(unitId), code), boardWaveRoom(ALL_UNITS, code)]
}

/** Where a bed is on show: its own view, its unit's board and the board of all units. */
export function roomsOfBed(patientId: string, unitId: string): string[] {
  return [bedRoom(patientId), unitRoom(unitId), ALL_UNITS]
}
