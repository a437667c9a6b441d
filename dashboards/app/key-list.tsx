import { useEffect, useRef } from 'preact/hooks'
import { KEYS, keysShown } from '../ward/keys.ts'
import { link } from './connection.ts'

/** What the marks of a tile mean, for those who see them for the first time. */
const MARKS = [
  ['!!!  !!  !', 'high, medium, low'],
  ['⚙', 'of the equipment, not of the patient'],
  ['V H P', 'monitor, heart sound, procedure video: filled is live, struck through silent, dashed not known'],
  ['↗ → ↘', 'the score rises, stays, falls'],
  ['?', 'the device doubts this value'],
  ['---', 'no value that could be trusted'],
] as const

/** Keys and marks, over the page until closed. */
export function KeyList() {
  const dialog = useRef<HTMLDialogElement>(null)
  // It lies above all else, and nothing may lie above the word that the connection is lost.
  const shown = keysShown.value && link.value.state === 'live'
  useEffect(() => {
    if (shown) dialog.current?.showModal()
  }, [shown])
  if (!shown) return null
  const close = (): void => {
    keysShown.value = false
  }
  return (
    <dialog ref={dialog} class="key-list" aria-labelledby="key-list-title" onClose={close}>
      <h2 id="key-list-title">Keys and marks</h2>
      <Terms terms={KEYS} />
      <Terms terms={MARKS} />
      <button type="button" class="primary" onClick={close}>
        Close
      </button>
    </dialog>
  )
}

function Terms({ terms }: { terms: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {terms.map(([term, words]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  )
}
