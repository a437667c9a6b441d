import { join } from 'node:path'
import type { Evaluation } from './evaluation.ts'
import { readHeartSounds } from './heart-sound-recordings.ts'
import { hospitalFigures } from './hospital-figures.ts'
import { murmurFigures } from './murmur-figures.ts'

/** CirCor 2022 (murmur, by child) and PhysioNet/CinC 2016 (abnormal, in hospitals that were trained on and in others). */
export const heartSounds: Evaluation = {
  name: 'heart-sounds',
  async run(data, say) {
    const sounds = await readHeartSounds(join(data.folder, 'heart-sound'))
    if (sounds === null) return []
    const murmurs = await murmurFigures(data, sounds.children)
    say(`heart-sounds: ${sounds.children.length} recordings of children heard`)
    const hospitals = await hospitalFigures(data, sounds.hospitals)
    say(`heart-sounds: ${sounds.hospitals.length} recordings of hospitals heard`)
    return [...murmurs, ...hospitals]
  },
}
