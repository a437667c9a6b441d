import { useComputed } from '@preact/signals'
import { heldBackAtMs } from '../app/heart-beat.ts'
import { tick } from '../app/screen-clock.ts'
import { sound, enableSound } from './alarm-sound.ts'

/** That the browser held the page back is said for so long after. */
const SAID_MS = 60_000

/** Silence must not look like peace: until sound is enabled, when the browser takes it away or may delay it, the screen says so. */
export function SoundSwitch() {
  const late = useComputed(() => heldBackAtMs.value !== null && tick.value - heldBackAtMs.value < SAID_MS).value
  if (sound.value === 'on')
    return late ? (
      <span class="sound-late" role="status" title="The browser held this page back: keep it in front.">
        Sound may be late
      </span>
    ) : (
      <span class="sound-on">Sound on</span>
    )
  return (
    <button type="button" class="sound-off" data-testid="sound-off" onClick={() => void enableSound()}>
      {sound.value === 'off' ? 'SOUND OFF · enable' : 'SOUND BLOCKED by the browser · enable'}
    </button>
  )
}
