import { type BoardWaveform, BOARD_WAVEFORMS, MOST_BOARD_WAVEFORMS } from '../../src/watch/board-waveforms.ts'
import { signalLabel } from './alert-words.ts'
import { boardWaves } from './board-choices.ts'

/** Which waveforms the tiles draw: one at least, three at most. */
export function WaveChoice() {
  const chosen = boardWaves.value
  return (
    <div class="choice" role="group" aria-label="Waveforms">
      <span class="choice-name" aria-hidden="true">
        Waves
      </span>
      {BOARD_WAVEFORMS.map((code) => {
        const on = chosen.includes(code)
        const fixed = on ? chosen.length === 1 : chosen.length >= MOST_BOARD_WAVEFORMS
        return (
          <button
            key={code}
            type="button"
            class="quiet"
            aria-pressed={on}
            aria-disabled={fixed}
            title={fixed ? (on ? 'one waveform at least' : `${MOST_BOARD_WAVEFORMS} waveforms at most`) : undefined}
            onClick={() => !fixed && toggle(code)}
          >
            {signalLabel(code)}
          </button>
        )
      })}
    </div>
  )
}

/** In the order in which monitors have them, whatever the order of choosing. */
function toggle(code: BoardWaveform): void {
  const chosen = boardWaves.peek()
  boardWaves.value = BOARD_WAVEFORMS.filter((known) => (known === code) !== chosen.includes(known))
}
