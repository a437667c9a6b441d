import { ask, socket } from '../app/connection.ts'
import { noticeFailure } from '../app/notice.ts'
import { ward } from '../app/watch.ts'
import { Bed } from '../ward/bed.ts'

export const SPEEDS = [1, 2, 5, 10, 30, 60] as const

/** Starts to play a stored stretch on this screen; the played bed is a bed of its own, apart from the live one. */
export async function play(patientId: string, fromMs: number, toMs: number, speed: number): Promise<void> {
  const bed = new Bed(patientId, 'playback', speed)
  const live = ward.bed(patientId)
  if (live !== undefined) {
    bed.bedId.value = live.bedId.peek()
    bed.unitId.value = live.unitId.peek()
    bed.context.value = live.context.peek()
  }
  bed.playedAtMs.value = fromMs
  bed.waves.holdAt(toMs)
  ward.playedBed.value = bed
  const answer = await ask('playback-start', { patientId, fromMs, toMs, speed })
  if (answer.ok) {
    ward.playback.value ??= answer.playback
    return
  }
  noticeFailure('Not played back', answer)
  close()
}

/** The same stretch goes on faster or slower; strips start anew, since their paper moves at another speed. */
export async function changeSpeed(speed: number): Promise<void> {
  const before = ward.playedBed.peek()
  if (before === null) return
  const answer = await ask('playback-speed', { speed })
  if (!answer.ok) return noticeFailure('Speed not changed', answer)
  const bed = new Bed(before.patientId, 'playback', speed)
  bed.waves.holdAt(ward.playback.peek()?.toMs ?? Infinity)
  for (const name of CARRIED) carry(before, bed, name)
  ward.playedBed.value = bed
}

export function stopPlaying(): void {
  if (ward.playedBed.peek() === null) return
  close()
  if (socket.connected) void ask('playback-stop', {})
}

export function startPlayer(): void {
  socket.on('playback', (view) => {
    const bed = ward.playedBed.peek()
    if (bed?.patientId !== view.patientId) return
    const failed = view.state === 'failed' && ward.playback.peek()?.state !== 'failed'
    ward.playback.value = view
    bed.playedAtMs.value = view.atMs
    if (failed)
      noticeFailure('Playback broke off', { code: view.code ?? 'UNKNOWN', message: 'the stretch could not be read' })
  })
  // The server forgets a playback with its connection.
  socket.on('disconnect', close)
}

function close(): void {
  ward.playedBed.value = null
  ward.playback.value = null
}

const CARRIED = [
  'bedId',
  'unitId',
  'context',
  'numerics',
  'vitalsSeen',
  'generationMode',
  'prediction',
  'risks',
  'lastWindow',
  'alerts',
  'limits',
  'frame',
  'playedAtMs',
] as const

function carry<K extends (typeof CARRIED)[number]>(from: Bed, to: Bed, name: K): void {
  const source: { value: unknown; peek(): unknown } = from[name]
  const target: { value: unknown } = to[name]
  target.value = source.peek()
}
