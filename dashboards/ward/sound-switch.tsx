import { sound, enableSound } from './alarm-sound.ts'

/** Silence must not look like peace: until sound is enabled, the screen says that it is off. */
export function SoundSwitch() {
  if (sound.value === 'on') return <span class="sound-on">Sound on</span>
  return (
    <button type="button" class="sound-off" onClick={() => void enableSound()}>
      SOUND OFF · enable
    </button>
  )
}
