import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { tick } from '../app/screen-clock.ts'
import { theme } from '../app/theme.ts'
import type { Bed } from './bed.ts'
import { freshnessAt } from './freshness.ts'
import { drawPhonocardiogram, drawSpectrogram } from './heart-picture.ts'
import { type HeartStretch, newestStretch, restsOnSpans } from './heart-stretch.ts'
import { HeartSoundReplay } from './heart-sound-replay.tsx'
import { ageWords, type Freshness } from './staleness.ts'
import { HEART_SOUND } from './wave.ts'

const SECONDS = [10, 20, 30] as const

/** The phonocardiogram and its spectrogram on one axis of time, to see and to hear. A replay holds them still. */
export function HeartSoundPanel({ bed }: { bed: Bed }) {
  const seconds = useSignal<(typeof SECONDS)[number]>(20)
  const held = useSignal<HeartStretch | null>(null)
  const cursorPct = useSignal<number | null>(null)
  const sound = useRef<HTMLCanvasElement>(null)
  const spectrum = useRef<HTMLCanvasElement>(null)
  const seen = bed.heartSound.value
  const freshness = JSON.parse(useComputed(() => JSON.stringify(freshnessAt(bed, seen, tick.value))).value) as Freshness
  const state = wordsOf(freshness)
  const prediction = bed.prediction.value
  const marked = prediction === null ? [] : restsOnSpans(prediction.parts, prediction.windowStartMs)
  const newest = (): HeartStretch | null => newestStretch(bed.waves.get(HEART_SOUND)?.ring, seconds.peek())
  const size = usePictureSize(sound)
  const fromMs = (held.value?.toMs ?? seen?.eventTimeMs ?? 0) - seconds.value * 1_000
  const isInSight = marked.some(({ toMs }) => toMs > fromMs)
  useEffect(() => {
    const stretch = held.value ?? newest()
    if (stretch === null || sound.current === null || spectrum.current === null) return
    drawPhonocardiogram(sound.current, stretch, marked)
    drawSpectrogram(spectrum.current, stretch)
  }, [seen?.eventTimeMs, held.value, seconds.value, theme.value, size, JSON.stringify(marked)])
  return (
    <section class="panel heart-sound" aria-label="Heart sound" data-freshness={freshness.state}>
      <header class="panel-head">
        <h2>Heart sound</h2>
        <span class="quiet-text">{held.value === null ? (seen?.site ?? '') : 'held still'}</span>
        <HeartSoundReplay bed={bed} held={held} cursorPct={cursorPct} newest={newest} />
      </header>
      <div class="heart-pictures" role="img" aria-label={pictureWords(seconds.value, marked.length)}>
        <div class="heart-box">
          <canvas ref={sound} class="heart-picture" data-testid="phonocardiogram" />
        </div>
        <div class="heart-box">
          <canvas ref={spectrum} class="heart-picture heart-spectrum" data-testid="spectrogram" />
        </div>
        {cursorPct.value !== null && <span class="heart-cursor" style={{ left: `${cursorPct.value}%` }} />}
        {state !== '' && <span class="signal-state">{state}</span>}
      </div>
      <div class="heart-foot">
        <span class="segments" role="group" aria-label="Seconds of heart sound on show">
          {SECONDS.map((choice) => (
            <button
              key={choice}
              type="button"
              class="quiet"
              aria-pressed={seconds.value === choice}
              disabled={held.value !== null}
              onClick={() => (seconds.value = choice)}
            >
              {choice} s
            </button>
          ))}
        </span>
        {marked.length > 0 && <span class="heart-marked">{markWords(isInSight)}</span>}
      </div>
    </section>
  )
}

/** Changes when the pictures are laid out anew. */
function usePictureSize(canvas: { current: HTMLCanvasElement | null }): string {
  const size = useSignal('')
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const sizes = new ResizeObserver(() => (size.value = `${element.clientWidth} ${element.clientHeight}`))
    sizes.observe(element)
    return () => sizes.disconnect()
  }, [])
  return size.value
}

function pictureWords(seconds: number, marks: number): string {
  const what = `Phonocardiogram and spectrogram, 0 to 800 Hz, of the last ${seconds} s`
  return marks === 0 ? what : `${what}; ${marks === 1 ? 'one stretch' : `${marks} stretches`} marked by the model`
}

function markWords(isInSight: boolean): string {
  return isInSight ? 'marked: what the model’s finding rests on' : 'what the model’s finding rests on lies further back'
}

function wordsOf(freshness: Freshness): string {
  if (freshness.state === 'fresh') return ''
  return freshness.seconds === null ? 'nothing received' : `silent for ${ageWords(freshness.seconds)}`
}
