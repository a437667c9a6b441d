import { effect } from '@preact/signals'
import { type Route, route, wardHref } from '../app/router.ts'
import { chosenUnit } from './board-choices.ts'

/**
 * The unit that was chosen stands in the address of the ward, so that a bookmark and a reload bring it back. Coming back from a
 * bed to a ward without one keeps the choice.
 */
export function startUnitAddress(): void {
  let taken: Route | null = null
  effect(() => {
    const place = route.value
    const chosen = chosenUnit.value
    if (place.door !== 'ward') return
    const isNew = place !== taken
    taken = place
    if (isNew && place.unitId !== null) chosenUnit.value = place.unitId
    else if ((place.unitId ?? '') !== chosen) {
      taken = { door: 'ward', unitId: chosen === '' ? null : chosen }
      history.replaceState(history.state, '', wardHref(chosen))
      route.value = taken
    }
  })
}
