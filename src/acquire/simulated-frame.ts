import sharp from 'sharp'
import { SCENE_HEIGHT_PX, SCENE_WIDTH_PX, type SceneMotion, type SimulatedScene } from './simulated-scene.ts'

export const FRAME_WIDTH_PX = 320
export const FRAME_HEIGHT_PX = 240
const QUALITY = 55

/** One JPEG frame of a scene. */
export function simulatedFrame(scene: SimulatedScene, motion: SceneMotion): Promise<Buffer> {
  return sharp(scene.pixels(motion), { raw: { width: SCENE_WIDTH_PX, height: SCENE_HEIGHT_PX, channels: 3 } })
    .resize(FRAME_WIDTH_PX, FRAME_HEIGHT_PX, { kernel: 'cubic' })
    .jpeg({ quality: QUALITY })
    .toBuffer()
}
