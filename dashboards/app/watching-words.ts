import type { Watcher, Watching } from '../../src/watch/watchers.ts'

/** 3 watching, 1 out of sight. */
export function watchingWords({ screens, more, inSight }: Watching): string {
  const hidden = screens.length + more - inSight
  return `${inSight} watching${hidden === 0 ? '' : `, ${hidden} out of sight`}`
}

/** A. Moser · ICU-A, Bed 3 · sound on. */
export function watcherWords({ name, units, bedId, wall, visible, sound }: Watcher): string {
  const place = units === null ? 'all units' : units.map(unitWord).join(', ')
  return [
    wall ? 'Wall screen' : name,
    bedId === null ? place : `${place}, ${bedId}`,
    ...(visible ? [] : ['out of sight']),
    sound ? 'sound on' : 'sound off',
  ].join(' · ')
}

/** No screen of ICU-A sounds alarms; null where one does in each of these units. */
export function silenceWords(silentUnits: readonly string[], unit: string | null): string | null {
  const silent = silentUnits.filter((unitId) => unit === null || unitId === unit)
  return silent.length === 0 ? null : `No screen of ${silent.map(unitWord).join(', ')} sounds alarms`
}

function unitWord(unitId: string): string {
  return unitId === '' ? 'no unit' : unitId
}
