import { signal } from '@preact/signals'
import type { Priority } from '../../src/records.ts'
import { clock } from '../app/screen-clock.ts'
import { burstS, BURSTS, HARMONICS, type Burst } from './alarm-burst.ts'

const LOOK_MS = 100
const LEAD_S = 0.05
const GAIN = 0.5
/** Rise and fall as shares of a pulse (IEC 60601-1-8: rise 10 to 40 %). */
const RISE = 0.2

/** off: nobody has enabled sound yet; blocked: the browser took it away. Both are shown, for silence must not look like peace. */
export const sound = signal<'off' | 'on' | 'blocked'>('off')

let audio: AudioContext | null = null
let voice: PeriodicWave | null = null
let underWay: { priority: Priority; endsAtS: number; gain: GainNode } | null = null

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

/** Sounds whatever priority is due; looked at ten times a second, so that a higher one breaks into a lower. */
export function startAlarmSound(due: () => Priority | null): void {
  clock.every(LOOK_MS, () => {
    if (audio === null || audio.state !== 'running') return
    const priority = due()
    if (priority === null) return hush()
    if (underWay !== null) {
      if (underWay.priority === priority && audio.currentTime < underWay.endsAtS) return
      if (underWay.priority !== priority) hush()
    }
    playBurst(audio, priority, BURSTS[priority])
  })
}

function playBurst(context: AudioContext, priority: Priority, burst: Burst): void {
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
  underWay = { priority, endsAtS: startS + burstS(burst) + burst.pauseS, gain }
}

function hush(): void {
  underWay?.gain.disconnect()
  underWay = null
}

function showState(): void {
  if (audio !== null) sound.value = audio.state === 'running' ? 'on' : 'blocked'
}
