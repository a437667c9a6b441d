import { access, constants } from 'node:fs/promises'
import { type Check, ok, warning } from '../check.ts'
import { ffmpegPath } from './ffmpeg.ts'

/** ffmpeg, which only recorded audio and video need: a ward on live feeds runs without. */
export function ffmpegCheck(find: () => Promise<string | null> = ffmpegPath): Check {
  return {
    about: 'ffmpeg',
    look: async () => {
      const path = await find()
      const todo = 'install ffmpeg, or name it in FFMPEG_PATH; only recorded audio and video need it'
      if (path === null) return [warning('ffmpeg', 'there is none for this platform', todo)]
      try {
        await access(path, constants.X_OK)
        return [ok('ffmpeg', path)]
      } catch {
        return [warning('ffmpeg', `${path} cannot be executed`, todo)]
      }
    },
  }
}
