import { signal } from '@preact/signals'
import { type Route, routeOf } from './route.ts'

export * from './route.ts'

export const route = signal<Route>(routeOf(window.location.hash))

window.addEventListener('hashchange', () => {
  route.value = routeOf(window.location.hash)
})

export function goTo(href: string): void {
  window.location.hash = href
}
