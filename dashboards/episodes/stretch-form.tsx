import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { bedPath, fetchJson } from '../app/api.ts'
import { archiveOpen } from '../app/archive-open.ts'
import { codeWords } from '../app/code-words.ts'
import { clock, serverNowMs } from '../app/screen-clock.ts'
import { localText, localTimeMs } from './local-time.ts'
import { play, SPEEDS } from './player.ts'

interface Span {
  fromMs: number
  toMs: number
}

const MINUTE_MS = 60_000
const QUICK_MIN = [2, 10, 60] as const

/** Chooses a stored stretch of a bed and the speed to play it at. */
export function StretchForm({ patientId }: { patientId: string }) {
  const span = useSignal<Span | null | 'reading'>('reading')
  const problem = useSignal<string | null>(null)
  const from = useSignal('')
  const to = useSignal('')
  const speed = useSignal(1)
  const open = archiveOpen.value
  useEffect(() => {
    if (!open) return
    const abort = new AbortController()
    problem.value = null
    void fetchJson<Span | null>(bedPath(patientId, 'stretches'), abort.signal).then((answer) => {
      if (abort.signal.aborted) return
      span.value = answer.ok ? answer.value : null
      if (!answer.ok) problem.value = `The archive cannot be read: ${codeWords(answer.code) ?? answer.message}.`
      else if (answer.value !== null)
        choose(Math.max(answer.value.fromMs, answer.value.toMs - 2 * MINUTE_MS), answer.value.toMs)
    })
    return () => abort.abort()
  }, [patientId, open])

  function choose(fromMs: number, toMs: number): void {
    from.value = localText(fromMs)
    to.value = localText(toMs)
  }

  function chooseLast(minutes: number): void {
    const stored = span.value
    const toMs = stored !== null && stored !== 'reading' ? stored.toMs : serverNowMs(clock.monotonicMs())
    const oldest = stored !== null && stored !== 'reading' ? stored.fromMs : 0
    choose(Math.max(oldest, toMs - minutes * MINUTE_MS), toMs)
  }

  function submit(event: Event): void {
    event.preventDefault()
    const fromMs = localTimeMs(from.value)
    const toMs = localTimeMs(to.value)
    if (fromMs === null || toMs === null || fromMs >= toMs) {
      problem.value = 'The beginning lies before the end.'
      return
    }
    problem.value = null
    void play(patientId, fromMs, toMs, speed.value)
  }

  const stored = span.value
  return (
    <form class="stretch" onSubmit={submit} aria-label="Stretch to play back">
      <p class="stretch-span">
        {stored === 'reading' &&
          (open ? 'Asking the archive…' : 'The archive is opening or away; it is asked once it is back.')}
        {stored === null && problem.value === null && 'Nothing is stored of this bed yet.'}
        {stored !== null && stored !== 'reading' && (
          <>
            Stored: {localText(stored.fromMs).replace('T', ' ')} to {localText(stored.toMs).replace('T', ' ')}
          </>
        )}
      </p>
      <label>
        From
        <input
          type="datetime-local"
          step="1"
          value={from.value}
          onInput={(event) => (from.value = event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input
          type="datetime-local"
          step="1"
          value={to.value}
          onInput={(event) => (to.value = event.currentTarget.value)}
        />
      </label>
      <span class="stretch-quick">
        {QUICK_MIN.map((minutes) => (
          <button key={minutes} type="button" class="quiet" onClick={() => chooseLast(minutes)}>
            last {minutes} min
          </button>
        ))}
      </span>
      <label>
        Speed
        <select value={speed.value} onChange={(event) => (speed.value = Number(event.currentTarget.value))}>
          {SPEEDS.map((times) => (
            <option key={times} value={times}>
              {times}×
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="primary" disabled={!open}>
        Play back
      </button>
      {problem.value !== null && (
        <p class="form-problem" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  )
}
