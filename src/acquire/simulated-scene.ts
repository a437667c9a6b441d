/** What moves the picture. */
export interface SceneMotion {
  /** Chest expansion, -1 to 1: what is seen moves with the breath. */
  chest: number
  /** Share of the way to the next beat, 0 to 1: what is seen moves a little after each beat. */
  beatShare: number
  /** Where the hand that holds the scope has wandered to, -1 to 1. */
  drift: number
  /** The scope lies against the wall. */
  viewLost: boolean
  /** How much water there is in the lung, 0 to 1. */
  lungWater: number
}

/** What a scope looks at, as a function of what moves. */
export interface SimulatedScene {
  /** RGB, 8 bit, rows of SCENE_WIDTH_PX. */
  pixels(motion: SceneMotion): Buffer
}

/** The picture is drawn small and enlarged as it is encoded: a scope's optics are not sharp either. */
export const SCENE_WIDTH_PX = 160
export const SCENE_HEIGHT_PX = 120

/** How far a beat moves what is seen: at once, and back before the next. */
export function afterBeat(beatShare: number): number {
  return Math.exp(-6 * beatShare)
}
