import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type Check, broken, ok } from '../check.ts'
import { PACKAGE_ROOT } from '../config.ts'

/** The web app as it was built. */
export function webAppCheck(folder = join(PACKAGE_ROOT, 'dashboards/dist')): Check {
  const about = 'web app'
  return {
    about,
    look: async () => {
      try {
        await access(join(folder, 'index.html'))
        return [ok(about, 'built')]
      } catch {
        return [broken(about, 'not built: no nurse sees anything', 'npm run build')]
      }
    },
  }
}
