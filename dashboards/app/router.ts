import { signal } from '@preact/signals'

export type Route =
  | { door: 'ward' }
  | { door: 'bed'; patientId: string; alertId: string | null }
  | { door: 'feeds' }
  | { door: 'escalations' }
  | { door: 'episodes'; patientId: string | null }
  | { door: 'people' }
  /** On the wall: shown, and nothing done. */
  | { door: 'kiosk'; unitId: string }
  /** Links that work once. */
  | { door: 'welcome' | 'kiosk-link' | 'not-let-in'; code: string }

/** The address after `#`, so that the server need know no page but one. */
export function routeOf(hash: string): Route {
  const [door = '', id = '', part = '', partId = ''] = hash.replace(/^#\/?/, '').split('/')
  const patientId = decoded(id)
  if (door === 'bed' && patientId !== '')
    return { door, patientId, alertId: part === 'alert' && partId !== '' ? decoded(partId) : null }
  if (door === 'feeds' || door === 'escalations' || door === 'people') return { door }
  if (door === 'kiosk') return { door, unitId: patientId }
  if ((door === 'welcome' || door === 'kiosk-link' || door === 'not-let-in') && id !== '') return { door, code: id }
  if (door === 'episodes') return { door, patientId: patientId === '' ? null : patientId }
  return { door: 'ward' }
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

export const route = signal<Route>(routeOf(window.location.hash))

window.addEventListener('hashchange', () => {
  route.value = routeOf(window.location.hash)
})

export function goTo(href: string): void {
  window.location.hash = href
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
