import { ward } from '../app/watch.ts'
import { goTo, route } from '../app/router.ts'
import { isUnanswered } from './alert-order.ts'
import { acknowledge } from './commands.ts'

/** `a` acknowledges the alert that has the focus, or the worst of the tile that has it; Escape goes back to the ward. */
export function startKeys(): void {
  window.addEventListener('keydown', (event) => {
    const at = event.target instanceof HTMLElement ? event.target : document.body
    if (event.ctrlKey || event.metaKey || event.altKey || at.matches('input, select, textarea')) return
    if (event.key === 'Escape' && route.peek().door !== 'ward') return goTo('#/ward')
    if (event.key !== 'a' || event.repeat) return
    const alertId = at.closest<HTMLElement>('[data-alert-id]')?.dataset['alertId']
    const patientId = at.closest<HTMLElement>('[data-patient-id]')?.dataset['patientId']
    const chosen = ward.standing
      .peek()
      .find(
        (alert) =>
          isUnanswered(alert) && (alertId === undefined ? alert.patientId === patientId : alert.alertId === alertId),
      )
    if (chosen !== undefined) void acknowledge(chosen)
  })
}
