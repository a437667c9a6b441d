import { signal } from '@preact/signals'
import { everyBeat } from '../app/heart-beat.ts'
import { burstOf, burstS, HARMONICS, type Burst } from './alarm-burst.ts'
import type { Sounding } from './sounding.ts'

const LEAD_S = 0.05
const GAIN = 0.5
/** Rise and fall as shares of a pulse (IEC 60601-1-8: rise 10 to 40 %). */
const RISE = 0.2

/** off: nobody has enabled sound yet; blocked: the browser took it away. Both are shown, for silence must not look like peace. */
export const sound = signal<'off' | 'on' | 'blocked'>('off')

let audio: AudioContext | null = null
let voice: PeriodicWave | null = null
let underWay: { of: Sounding; endsAtS: number; gain: GainNode } | null = null

/** Browsers let a page sound only after a person asked for it. */
export async function enableSound(): Promise<void> {
  if (audio === null) {
    audio = new AudioContext()
    voice = audio.createPeriodicWave(new Float32Array(HARMONICS.length), new Float32Array(HARMONICS))
    audio.onstatechange = () => showState()
  }
  await audio.resume()
  showState()
}

/**
 * Sounds whatever is due; looked at ten times a second, so that a higher priority breaks into a lower. The beat comes from a
 * worker, which a browser does not slow down in a tab that nobody sees.
 */
export function startAlarmSound(due: () => Sounding | null): void {
  everyBeat(() => {
    if (audio === null || audio.state !== 'running') return
    const now = due()
    if (now === null) return hush()
    const burst = burstOf(now)
    if (underWay !== null && isSame(underWay.of, now)) {
      if (audio.currentTime < underWay.endsAtS + burst.pauseS) return
    } else hush()
    playBurst(audio, now, burst)
  })
}

/** A higher level only shortens the pause. */
function isSame(a: Sounding, b: Sounding): boolean {
  return a.priority === b.priority && a.kind === b.kind && a.reminder === b.reminder
}

function playBurst(context: AudioContext, of: Sounding, burst: Burst): void {
  const gain = context.createGain()
  gain.connect(context.destination)
  const startS = context.currentTime + LEAD_S
  for (const pulse of burst.pulses) {
    const oscillator = context.createOscillator()
    const envelope = context.createGain()
    if (voice !== null) oscillator.setPeriodicWave(voice)
    oscillator.frequency.value = burst.frequencyHz
    const onS = startS + pulse.startS
    const offS = onS + pulse.durationS
    envelope.gain.setValueAtTime(0, onS)
    envelope.gain.linearRampToValueAtTime(GAIN, onS + pulse.durationS * RISE)
    envelope.gain.setValueAtTime(GAIN, offS - pulse.durationS * RISE)
    envelope.gain.linearRampToValueAtTime(0, offS)
    oscillator.connect(envelope).connect(gain)
    oscillator.start(onS)
    oscillator.stop(offS)
  }
  underWay = { of, endsAtS: startS + burstS(burst), gain }
}

function hush(): void {
  underWay?.gain.disconnect()
  underWay = null
}

function showState(): void {
  if (audio !== null) sound.value = audio.state === 'running' ? 'on' : 'blocked'
}
