import { ward } from '../app/watch.ts'
import { codeWords } from '../app/code-words.ts'
import { localText } from './local-time.ts'
import { changeSpeed, SPEEDS, stopPlaying } from './player.ts'

const STATE_WORDS = { playing: 'playing', ended: 'ended', stopped: 'stopped', failed: 'broke off' } as const

/** Says without doubt that what is shown is the past, and of when. */
export function PlaybackBanner() {
  const view = ward.playback.value
  const bed = ward.playedBed.value
  if (bed === null) return null
  const atMs = view?.atMs ?? bed.playedAtMs.value ?? 0
  return (
    <div class="playback-banner" data-testid="playback-banner" role="region" aria-label="Playback">
      <strong class="playback-word">PLAYBACK</strong>
      <span class="playback-bed">{bed.bedId.value}</span>
      <time class="playback-time" dateTime={new Date(atMs).toISOString()}>
        {localText(atMs).replace('T', ' ')}
      </time>
      <span class="playback-state">
        {view === null ? 'reading the archive…' : STATE_WORDS[view.state]}
        {view?.state === 'failed' && view.code !== undefined && `: ${codeWords(view.code) ?? view.code}`}
      </span>
      {view !== null && (
        <progress
          class="playback-progress"
          aria-label="Played"
          max={1}
          value={Math.min(1, Math.max(0, (atMs - view.fromMs) / (view.toMs - view.fromMs)))}
        />
      )}
      {view?.state === 'playing' && (
        <label class="playback-speed">
          Speed{' '}
          <select value={view.speed} onChange={(event) => void changeSpeed(Number(event.currentTarget.value))}>
            {SPEEDS.map((times) => (
              <option key={times} value={times}>
                {times}×
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="button" class="primary" onClick={stopPlaying}>
        Back to live
      </button>
    </div>
  )
}
