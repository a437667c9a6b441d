import type { Logger } from 'pino'
import type { WardSocket } from './broadcast.ts'
import { heartSoundSamples } from './heart-sound-samples.ts'
import type { RecentWaves } from './recent-waves.ts'
import { heartSoundUpdate } from './updates.ts'

/** The last half minute of what a bed sent to a screen that has opened it, so that its strips are not empty. */
export function sendRecent(
  recent: RecentWaves,
  patientId: string,
  socket: Pick<WardSocket, 'emit'>,
  isOpen: () => boolean,
  logger: Logger,
): void {
  for (const update of recent.waveforms(patientId)) socket.emit('waveform', { ...update, recent: true })
  const sounds = recent.sounds(patientId)
  Promise.all(sounds.map((chunk) => heartSoundSamples(chunk))).then(
    (decoded) =>
      decoded.forEach((samples, index) => {
        const chunk = sounds[index]
        if (samples === null || chunk === undefined || !isOpen()) return
        socket.emit('heart-sound', { ...heartSoundUpdate('live', chunk, samples), recent: true })
      }),
    (error: unknown) => logger.error({ err: error }, 'recent heart sound was not shown'),
  )
}
