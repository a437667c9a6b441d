import { signal } from '@preact/signals'
import { ward } from './watch.ts'
import { kioskUnit } from './kiosk.ts'
import { Fact } from './fact.tsx'
import { silenceWords, watcherWords, watchingWords } from './watching-words.ts'

const open = signal(false)

/** Who else watches these beds, and whether each would hear an alarm: a list that a person opens. */
export function WhoWatches() {
  const watching = ward.system.value?.watching
  if (watching === undefined) return null
  const words = watchingWords(watching)
  // A wall screen offers nothing to be opened.
  if (kioskUnit.value !== null) return <Fact label="Screens" text={words} tone="plain" />
  return (
    <li
      class="fact"
      data-tone="plain"
      data-testid="watching"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open.value) return
        event.stopPropagation()
        open.value = false
      }}
    >
      <span class="fact-label">Screens</span>{' '}
      <button
        type="button"
        class="fact-text fact-open"
        aria-expanded={open.value}
        aria-controls="watching-list"
        onClick={() => (open.value = !open.value)}
      >
        {words}
      </button>
      {open.value && (
        <ul class="fact-list" id="watching-list" aria-label="Screens that watch" tabIndex={0}>
          {watching.screens.map((screen, index) => (
            <li key={index}>{watcherWords(screen)}</li>
          ))}
          {watching.more > 0 && <li>and {watching.more} more</li>}
          {watching.screens.length === 0 && <li>none yet</li>}
        </ul>
      )}
    </li>
  )
}

/** Silence must not look like peace: an alarm of these units would be heard by nobody. */
export function Unheard() {
  const watching = ward.system.value?.watching
  const unit = kioskUnit.value
  const words = watching === undefined ? null : silenceWords(watching.silentUnits, unit === '' ? null : unit)
  if (words === null) return null
  return (
    <Fact
      label="Sound"
      text={words}
      tone="warn"
      title="no screen in sight has its sound on; screens at another process of watch are not known here"
    />
  )
}
