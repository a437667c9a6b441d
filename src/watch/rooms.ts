/** Every room a screen can be in, by name. */
export const ALL_UNITS = 'board'
export const FEEDS = 'feeds'
/** Every screen, whatever it watches. */
export const EVERYONE = 'everyone'

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

/** Where a bed is on show: its own view, its unit's board and the board of all units. */
export function roomsOfBed(patientId: string, unitId: string): string[] {
  return [bedRoom(patientId), unitRoom(unitId), ALL_UNITS]
}
