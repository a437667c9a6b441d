import { computed, signal } from '@preact/signals'
import { type BoardWaveform, BOARD_WAVEFORMS, MOST_BOARD_WAVEFORMS } from '../../src/watch/board-waveforms.ts'
import { kept, keptWord } from '../app/kept.ts'
import { BOARD_ORDERS } from './board-order.ts'
import { BOARD_BEDS } from './my-beds.ts'

/** What a person chose for the board of this screen. */
export const boardOrder = keptWord('vigil-board-order', BOARD_ORDERS)
export const boardWaves = kept<readonly BoardWaveform[]>(
  'vigil-board-waves',
  (stored) => {
    const codes = (stored ?? '').split(' ')
    const chosen = BOARD_WAVEFORMS.filter((code) => codes.includes(code)).slice(0, MOST_BOARD_WAVEFORMS)
    return chosen.length === 0 ? ['ecg'] : chosen
  },
  (codes) => codes.join(' '),
)
/** Read at arm's length with everything, or from 3 m with what matters most. */
export const BOARD_DENSITIES = ['desk', 'wall'] as const
export const boardDensity = keptWord('vigil-board-density', BOARD_DENSITIES)
/** How many waveforms its tiles have room for. */
export const boardStrips = signal(1)
/** What its tiles draw, and all that is asked for; from afar a trace says nothing. */
export const drawnWaves = computed((): readonly BoardWaveform[] =>
  boardDensity.value === 'wall' ? [] : boardWaves.value.slice(0, boardStrips.value),
)
/** For who looks after some of them. */
export const boardBeds = keptWord('vigil-board-beds', BOARD_BEDS)
/** '' for all; it stands in the address of the ward, see unit-address.ts. */
export const chosenUnit = signal('')
