/**
 * What a screen has on a page that can be seen, said after the frame in which it is, and again every two seconds: a screen
 * that no longer says it shows nothing. Transitions are named by their `transitionId`.
 */
export interface Shown {
  /** False as soon as the page is hidden or covered. */
  visible: boolean
  /** What came while the page was visible, with the server's time of its frame as far as the screen knows it. */
  painted: { id: string; atMs: number }[]
  /** What came with a board, or while nobody could see it. */
  standing: string[]
  /** What a person has made of the screen; one that does not say it sounds nothing. */
  use?: ScreenUse | undefined
}

export interface ScreenUse {
  /** Whether an alarm would be heard here now: enabled by a person, and not taken away by the browser. */
  sound: boolean
  /** It hangs on a wall, and nobody acts on it. */
  wall: boolean
  /** The unit that was chosen for its board; without one it shows all that its person sees. */
  unitId?: string | undefined
}
