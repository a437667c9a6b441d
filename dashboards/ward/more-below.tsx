import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { kioskUnit } from '../app/kiosk.ts'

/** How many items of a list lie below what is seen of it; a list that is cut off must not look like a whole one. */
export function MoreBelow({ list, count }: { list: RefObject<HTMLElement | null>; count: number }) {
  const below = useSignal(0)
  useEffect(() => {
    const box = list.current
    if (box === null) return
    const look = (): void => {
      const { bottom } = box.getBoundingClientRect()
      const items = [...box.querySelectorAll('li')].filter((item) => item.getClientRects().length > 0)
      below.value = items.filter((item) => item.getBoundingClientRect().bottom > bottom + 8).length
    }
    look()
    const sizes = new ResizeObserver(look)
    sizes.observe(box)
    box.addEventListener('scroll', look, { passive: true })
    return () => {
      sizes.disconnect()
      box.removeEventListener('scroll', look)
    }
  }, [count])
  if (below.value === 0) return null
  const words = `▼ ${below.value} more below`
  // Nobody scrolls a wall screen; that its list is cut off is said all the same.
  if (kioskUnit.value !== null) return <p class="more-below">{words}</p>
  return (
    <button
      type="button"
      class="more-below"
      onClick={() => list.current?.scrollBy({ top: list.current.clientHeight * 0.8 })}
    >
      {words}
    </button>
  )
}
