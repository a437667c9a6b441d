import { kioskUnit } from '../app/kiosk.ts'
import { ward } from '../app/watch.ts'
import { goTo, route } from '../app/router.ts'
import { isUnanswered } from './alert-order.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { accept, acknowledge, answering } from './commands.ts'

const ANSWERS: Readonly<Record<string, (alert: AlertView) => void>> = {
  a: (alert) => void acknowledge(alert),
  c: (alert) => void accept(alert),
  r: ({ alertId }) => (answering.value = { alertId, kind: 'reject', place: 'list' }),
  e: ({ alertId }) => (answering.value = { alertId, kind: 'escalate', place: 'list' }),
}

/**
 * Of the alert that has the focus, or the worst of the tile that has it: `a` acknowledges, `c` accepts (I come), `r` rejects and
 * `e` escalates, which ask for a reason. Escape goes back to the ward.
 */
export function startKeys(): void {
  window.addEventListener('keydown', (event) => {
    // A wall screen shows without acting.
    if (kioskUnit.peek() !== null) return
    const at = event.target instanceof HTMLElement ? event.target : document.body
    if (event.ctrlKey || event.metaKey || event.altKey || at.matches('input, select, textarea')) return
    if (event.key === 'Escape' && route.peek().door !== 'ward') return goTo('#/ward')
    const answer = ANSWERS[event.key]
    // Somebody types a reason whose box has not got the focus yet: no letter of it may answer anything.
    if (answer === undefined || event.repeat || answering.peek() !== null) return
    const alertId = at.closest<HTMLElement>('[data-alert-id]')?.dataset['alertId']
    const patientId = at.closest<HTMLElement>('[data-patient-id]')?.dataset['patientId']
    const chosen = ward.standing
      .peek()
      .find(
        (alert) =>
          (isUnanswered(alert) || alertId !== undefined) &&
          (alertId === undefined ? alert.patientId === patientId : alert.alertId === alertId),
      )
    if (chosen === undefined) return
    // The letter must not become the first of the reason.
    event.preventDefault()
    answer(chosen)
  })
}
