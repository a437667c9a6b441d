import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { defaultConfig, recordingsFolder } from '../../src/config.ts'

/** Something a test needs that npm does not bring. */
interface Prerequisite {
  name: string
  present: () => boolean
  /** Debian packages that bring it. */
  packages: readonly string[]
}

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const PREREQUISITES: readonly Prerequisite[] = [
  { name: 'Chromium', present: () => chromiumPath() !== null, packages: ['chromium'] },
  { name: 'Java 17', present: () => runs('java', '-version'), packages: ['openjdk-17-jre-headless'] },
  { name: 'Python 3', present: () => runs('python3', '--version'), packages: ['python3'] },
  { name: 'Prometheus', present: () => runs('promtool', '--version'), packages: ['prometheus'] },
  { name: 'Maven', present: () => runs('mvn', '--version'), packages: ['maven'] },
]

/** Where Chromium is, or null. CHROMIUM_PATH names another. */
export function chromiumPath(): string | null {
  const named = process.env['CHROMIUM_PATH']
  return [...(named === undefined ? [] : [named]), ...CHROMIUM_PATHS].find((path) => existsSync(path)) ?? null
}

/**
 * Why a test must be left out, as node:test's `skip` takes it; false when it can run. With CI=true nothing may be left
 * out: then the test runs, and fails for what is missing.
 */
export function leftOut(missing: string | false): string | false {
  return process.env['CI'] === 'true' ? false : missing
}

/** Why tests with a Prometheus server can't run here, or false. */
export function withoutPrometheus(): string | false {
  const present = runs('prometheus', '--version') && runs('promtool', '--version')
  return leftOut(present ? false : 'Prometheus is not here')
}

/** Why tests on real recordings can't run here, or false. */
export function withoutRecordings(): string | false {
  return leftOut(recordingsFolder(defaultConfig()) === null ? 'the folder of real recordings is not here' : false)
}

/** Installs what is missing where it can (root on Debian), and says in a line each what stays missing. */
export function installPrerequisites(say: (line: string) => void): void {
  const missing = PREREQUISITES.filter(({ present }) => !present())
  if (missing.length === 0) return
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version')
  if (canInstall) {
    const packages = missing.flatMap((prerequisite) => prerequisite.packages)
    say(`installing ${packages.join(', ')}`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    try {
      execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
        env,
        stdio: 'ignore',
      })
    } catch {
      say('the installation failed')
    }
  }
  for (const { name, present } of missing)
    if (!present())
      say(
        `${name} is missing${canInstall ? '' : ' and can only be installed by root on Debian'}: tests that need it are left out`,
      )
}

function runs(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: 'ignore' }).status === 0
}
