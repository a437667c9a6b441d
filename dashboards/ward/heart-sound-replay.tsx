import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Bed } from './bed.ts'
import { listenTo, replay } from './heart-sound-player.ts'
import type { HeartStretch } from './heart-stretch.ts'

interface ReplayProps {
  bed: Bed
  /** What is replayed; null: the pictures go on with what comes. */
  held: Signal<HeartStretch | null>
  cursorPct: Signal<number | null>
  newest: () => HeartStretch | null
}

/** Listening live, or to what is on show once more; how loud. Sound begins with a gesture, as browsers ask. */
export function HeartSoundReplay({ bed, held, cursorPct, newest }: ReplayProps) {
  const listening = useSignal(false)
  const volume = useSignal(80)
  useEffect(() => (listening.value ? listenTo(bed, () => volume.peek() / 100) : undefined), [bed, listening.value])
  useEffect(() => {
    const stretch = held.value
    if (stretch === null) return
    const stop = replay(stretch, {
      volume: () => volume.peek() / 100,
      at: (share) => (cursorPct.value = share * 100),
      ended: () => (held.value = null),
    })
    return () => {
      stop()
      cursorPct.value = null
    }
  }, [held.value])
  const canListen = bed.waves.heartPlayout.speed === 1
  return (
    <span class="heart-buttons">
      <label class="heart-volume">
        <span class="unseen">Volume of the heart sound</span>
        <input
          type="range"
          min="0"
          max="100"
          value={volume.value}
          onInput={(event) => (volume.value = Number(event.currentTarget.value))}
        />
      </label>
      <button
        type="button"
        class="quiet"
        aria-pressed={held.value !== null}
        onClick={() => {
          listening.value = false
          held.value = held.value === null ? newest() : null
        }}
      >
        {held.value === null ? 'Replay' : 'Stop'}
      </button>
      <button
        type="button"
        class="quiet"
        aria-pressed={listening.value}
        disabled={!canListen || held.value !== null}
        title={canListen ? '' : 'heart sound is heard at its own speed only'}
        onClick={() => (listening.value = !listening.value)}
      >
        {listening.value ? 'Stop listening' : 'Listen'}
      </button>
    </span>
  )
}
