import { signal } from '@preact/signals'
import type { AlertView } from '../../src/watch/events.ts'
import { kioskUnit } from '../app/kiosk.ts'
import { bedHref, goTo, route } from '../app/router.ts'
import { ward } from '../app/watch.ts'
import { bedGroups } from './alert-groups.ts'
import { isUnanswered } from './alert-order.ts'
import { accept, acknowledge, answering, pauseAudio } from './commands.ts'
import { nextAlert } from './next-alert.ts'

/** Every key that does something, as the screen lists them. */
export const KEYS = [
  ['n', 'next open alert'],
  ['a', 'acknowledge the alert, or the worst of the bed, that has the focus'],
  ['c', 'accept it: I come'],
  ['r', 'reject it, with a reason'],
  ['e', 'escalate it, with a reason'],
  ['p', 'pause the audio of the bed that has the focus for 2 min'],
  ['← → ↑ ↓', 'from bed to bed'],
  ['Enter', 'open the bed'],
  ['Esc', 'back to the ward'],
  ['?', 'this list'],
] as const

/** Whether the list of keys is open. */
export const keysShown = signal(false)

const ANSWERS: Readonly<Record<string, (alert: AlertView) => void>> = {
  a: (alert) => void acknowledge(alert),
  c: (alert) => void accept(alert),
  r: ({ alertId }) => (answering.value = { alertId, kind: 'reject', place: 'list' }),
  e: ({ alertId }) => (answering.value = { alertId, kind: 'escalate', place: 'list' }),
}

const DEEDS: Readonly<Record<string, (at: HTMLElement) => void>> = {
  n: focusNextAlert,
  p: (at) => {
    const patientId = at.closest<HTMLElement>('[data-patient-id]')?.dataset['patientId']
    if (patientId !== undefined) void pauseAudio(patientId)
  },
  '?': () => {
    keysShown.value = true
  },
}

/** From an alert to its bed, from anywhere else to the ward. */
function goBack(): void {
  const place = route.peek()
  if (place.door === 'bed' && place.alertId !== null) goTo(bedHref(place.patientId))
  else if (place.door !== 'ward') goTo('#/ward')
}

export function startKeys(): void {
  window.addEventListener('keydown', (event) => {
    // A wall screen shows without acting.
    if (kioskUnit.peek() !== null) return
    const at = event.target instanceof HTMLElement ? event.target : document.body
    if (event.ctrlKey || event.metaKey || event.altKey || at.matches('input, select, textarea')) return
    if (document.querySelector('dialog[open], .shell[inert]') !== null) return
    if (event.key === 'Escape') return goBack()
    // Somebody types a reason whose box has not got the focus yet: no letter of it may do anything.
    if (event.repeat || answering.peek() !== null) return
    DEEDS[event.key]?.(at)
    const answer = ANSWERS[event.key]
    const alert = answer === undefined ? undefined : alertAt(at)
    if (answer === undefined || alert === undefined) return
    // The letter must not become the first of the reason.
    event.preventDefault()
    answer(alert)
  })
}

/** The alert that has the focus, or the worst open one of the tile that has it. */
function alertAt(at: HTMLElement): AlertView | undefined {
  const alertId = at.closest<HTMLElement>('[data-alert-id]')?.dataset['alertId']
  const patientId = at.closest<HTMLElement>('[data-patient-id]')?.dataset['patientId']
  return ward.standing
    .peek()
    .find(
      (alert) =>
        (isUnanswered(alert) || alertId !== undefined) &&
        (alertId === undefined ? alert.patientId === patientId : alert.alertId === alertId),
    )
}

/** In the list where it is in sight, else at its bed. */
function focusNextAlert(at: HTMLElement): void {
  const alertId = at.closest<HTMLElement>('[data-alert-id]')?.dataset['alertId'] ?? null
  const patientId = at.closest<HTMLElement>('[data-patient-id]')?.dataset['patientId'] ?? null
  // As they stand in the list: one bed after the other.
  const open = bedGroups(ward.standing.peek()).flatMap(({ alerts }) => alerts.filter(isUnanswered))
  const next = nextAlert(open, alertId, patientId)
  if (next === undefined) return
  const places = [
    `.alert-item[data-alert-id="${CSS.escape(next.alertId)}"] .acknowledge`,
    `.wall-line[data-alert-id="${CSS.escape(next.alertId)}"] .acknowledge`,
    `.tile[data-patient-id="${CSS.escape(next.patientId)}"] .tile-link`,
  ]
  for (const place of places) {
    const found = document.querySelector<HTMLElement>(place)
    if (found === null || found.getClientRects().length === 0) continue
    found.focus()
    return found.scrollIntoView({ block: 'nearest' })
  }
}
