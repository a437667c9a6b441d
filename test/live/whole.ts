import type { Page } from 'playwright-core'

/**
 * What of the tiles is cut off, a line each. A part of a label that has no room is left out as a whole (it lies below the
 * line that is shown); what is cut in the middle is an error, for half a number is another number.
 */
export function cutParts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(LOOK)
}

const LOOK = `(() => {
  const SLACK_PX = 1
  const cut = []
  const inside = (inner, outer) => inner.left >= outer.left - SLACK_PX && inner.right <= outer.right + SLACK_PX &&
    inner.top >= outer.top - SLACK_PX && inner.bottom <= outer.bottom + SLACK_PX
  const seen = (root, selector) => [...root.querySelectorAll(selector)].filter((element) => element.getClientRects().length > 0)
  const textBox = (element) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    return range.getBoundingClientRect()
  }
  for (const tile of document.querySelectorAll('[data-testid=bed-tile]')) {
    const say = (what, element) => cut.push(tile.dataset.patientId + ': ' + what + ' "' + element.textContent.trim() + '"')
    for (const value of seen(tile, '.cell-value')) {
      const box = value.closest('.cell').getBoundingClientRect()
      const text = textBox(value)
      const ink = parseFloat(getComputedStyle(value).fontSize) * 0.73
      const middle = (text.top + text.bottom) / 2
      if (!inside({ left: text.left, right: text.right, top: middle - ink / 2, bottom: middle + ink / 2 }, box)) say('number', value)
    }
    for (const line of seen(tile, '.cell-label, .tile-names')) {
      const box = line.getBoundingClientRect()
      for (const part of seen(line, ':scope > *')) {
        const text = textBox(part)
        if (text.top < box.bottom - SLACK_PX && !(text.left >= box.left - SLACK_PX && text.right <= box.right + SLACK_PX)) say('label', part)
      }
      if (line.firstChild.nodeType === Node.TEXT_NODE) {
        const range = document.createRange()
        range.selectNode(line.firstChild)
        if (!inside({ ...range.getBoundingClientRect().toJSON(), top: box.top, bottom: box.bottom }, box)) say('name', line)
      }
    }
    for (const text of seen(tile, '.alarm-text, .tile-bed')) {
      if (text.scrollWidth > text.clientWidth + SLACK_PX || (getComputedStyle(text).whiteSpace !== 'nowrap' && text.scrollHeight > text.clientHeight + 2 * SLACK_PX)) say('text', text)
    }
    const frame = tile.getBoundingClientRect()
    const parts = '.modality, .nurse, .risk-value, .risk-arrow, .tile-paused, .alarm-meta, .alarm-mark, .acknowledge'
    for (const part of seen(tile, parts)) {
      const box = part.getBoundingClientRect()
      const apart = getComputedStyle(part).position === 'absolute'
      const holder = apart ? frame : (part.closest('.alarm-bar') ?? part.closest('.tile-head')).getBoundingClientRect()
      if (!inside(box, holder) || !inside(box, frame)) say(part.className, part)
    }
    const marks = seen(tile, '.tile-names, .nurse, .tile-paused, .risk, .modalities').map((part) => part.getBoundingClientRect())
    marks.forEach((mark, at) => {
      const next = marks[at + 1]
      if (next !== undefined && mark.right > next.left + SLACK_PX) cut.push(tile.dataset.patientId + ': head overlaps')
    })
  }
  return cut
})()`

/** The tiles whose numbers stand elsewhere in the tile, or are of another size, than those of the first. */
export function numbersElsewhere(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const SLACK_PX = 1.5
    const places = [...document.querySelectorAll('[data-testid=bed-tile]')].map((tile) => {
      const { left, top } = tile.getBoundingClientRect()
      return [...tile.querySelectorAll('.cell-value')].filter((value) => value.getClientRects().length > 0).flatMap((value) => {
        const box = value.getBoundingClientRect()
        return [box.left - left, box.top - top, parseFloat(getComputedStyle(value).fontSize)]
      })
    })
    const [first] = places
    return places.filter((place) => place.some((px, at) => Math.abs(px - first[at]) > SLACK_PX)).map((place) => place.join(' ') + ' not ' + first.join(' '))
  })()`)
}
