/**
 * Preact moves the children of a list with `moveBefore` where the browser has it. Chromium (seen in 156) then leaves the
 * styles of what lies inside as they were when an attribute of the moved element changed just before: a row that turned
 * silent and went to the top stood there in the green of a live one. With `insertBefore` styles are looked at anew. It takes
 * the focus, which is given back, so that a key never answers another alert than the one a person was at.
 */
export function movePlainly(): void {
  const place = Element.prototype as Partial<Pick<Element & { moveBefore: Move }, 'moveBefore'>>
  if (place.moveBefore === undefined) return
  place.moveBefore = function (this: Element, node: Node, before: Node | null): void {
    const focused = document.activeElement
    this.insertBefore(node, before)
    if (focused instanceof HTMLElement && focused !== document.activeElement && node.contains(focused))
      focused.focus({ preventScroll: true })
  }
}

type Move = (this: Element, node: Node, before: Node | null) => void
