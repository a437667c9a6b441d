import { signal } from '@preact/signals'
import { keptWord } from '../app/kept.ts'
import { BOARD_ORDERS } from './board-order.ts'

/** What a person chose for the board of this screen. */
export const boardOrder = keptWord('vigil-board-order', BOARD_ORDERS)
export const chosenUnit = signal('')
