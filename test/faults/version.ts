import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { PACKAGE_ROOT } from '../../src/config.ts'

/** The commit that is at work, and whether something was changed since; null outside a checkout of this project. */
export function versionNow(): string | null {
  const top = git('rev-parse', '--show-toplevel')
  if (top === null || realpathSync(top) !== realpathSync(PACKAGE_ROOT)) return null
  return git('describe', '--always', '--dirty')
}

function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd: PACKAGE_ROOT, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}
