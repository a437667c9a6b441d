export type Route =
  /** `unitId`: the unit whose beds are on the board; null: the address does not say. */
  | { door: 'ward'; unitId: string | null }
  | { door: 'bed'; patientId: string; alertId: string | null }
  | { door: 'feeds' }
  | { door: 'escalations' }
  | { door: 'load' }
  | { door: 'nurses' }
  | { door: 'episodes'; patientId: string | null }
  | { door: 'people' }
  /** On the wall: shown, and nothing done. */
  | { door: 'kiosk'; unitId: string }
  /** Links that work once. */
  | { door: 'welcome' | 'kiosk-link' | 'not-let-in'; code: string }

/** The address after `#`, so that the server need know no page but one. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [door = '', id = '', part = '', partId = ''] = path.split('/')
  const patientId = decoded(id)
  if (door === 'bed' && patientId !== '')
    return { door, patientId, alertId: part === 'alert' && partId !== '' ? decoded(partId) : null }
  if (door === 'feeds' || door === 'escalations' || door === 'load' || door === 'nurses' || door === 'people')
    return { door }
  if (door === 'kiosk') return { door, unitId: patientId }
  if ((door === 'welcome' || door === 'kiosk-link' || door === 'not-let-in') && id !== '') return { door, code: id }
  if (door === 'episodes') return { door, patientId: patientId === '' ? null : patientId }
  return { door: 'ward', unitId: new URLSearchParams(query).get('unit') || null }
}

/** A board of one unit, or of all that a person sees. */
export function wardHref(unitId: string): string {
  return unitId === '' ? '#/ward' : `#/ward?unit=${encodeURIComponent(unitId)}`
}

export function bedHref(patientId: string): string {
  return `#/bed/${encodeURIComponent(patientId)}`
}

/** A bed with all that is known of one of its alerts. */
export function alertHref(patientId: string, alertId: string): string {
  return `${bedHref(patientId)}/alert/${encodeURIComponent(alertId)}`
}

export function episodeHref(patientId: string): string {
  return `#/episodes/${encodeURIComponent(patientId)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
