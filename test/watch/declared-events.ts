import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'

const source = readFileSync(join(PACKAGE_ROOT, 'src/watch/events.ts'), 'utf8')

/** The names an event map of events.ts declares. */
export function declaredEvents(map: 'ServerEvents' | 'ClientEvents'): string[] {
  const body = source.split(`interface ${map} {`)[1]?.split('\n}')[0] ?? ''
  return [...body.matchAll(/^ {2}'?([a-z-]+)'?: \(/gm)].map(([, name = '']) => name).sort()
}
