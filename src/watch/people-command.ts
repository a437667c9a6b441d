import type { Clock } from '../clock.ts'
import { type Config, type ConfigResult, readConfig } from '../config.ts'
import { PeopleDoor } from './people-door.ts'
import { inviteBody } from './people-requests.ts'
import type { Account } from './people-store.ts'
import { problemsOf } from './requests.ts'

export const PEOPLE_USAGE = [
  'vigil people list | invite ACCOUNT [--name NAME --roles nurse,quality --units icu,ward2|all] | lock ACCOUNT | unlock ACCOUNT',
  '             | wall-screen UNIT   [--data DIR and other settings]',
  '  who has an account; invite prints a link that makes it somebody’s, once and within a day; without rights it is a new password',
].join('\n')

interface PeopleCommandOptions {
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  say: (line: string) => void
  fail: (line: string) => void
}

/** Looks at or changes who has an account, in the data folder; a ward that runs on it takes note within a second. */
export async function runPeople(
  argv: readonly string[],
  { env, clock, say, fail }: PeopleCommandOptions,
): Promise<number> {
  const { action, target, rights, rest } = taken(argv)
  const read: ConfigResult = readConfig(rest, env)
  if (!read.ok) return refused(fail, read.problems.join('; '))
  const door = new PeopleDoor({ config: read.config, clock })
  const { people } = door
  const link = (page: string, code: string): void => say(`${addressOf(read.config)}/#/${page}/${code}`)
  try {
    if (action === 'list') {
      for (const account of people.all()) say(lineOf(account))
      return 0
    }
    if (target === '')
      return refused(fail, `people ${action} needs to know ${action === 'wall-screen' ? 'a unit' : 'whom'}`)
    if (action === 'lock' || action === 'unlock') {
      const done = door.command(`${action}-account`, () => people[action](target))
      if (done.ok) say(lineOf(done.account))
      return done.ok ? 0 : refused(fail, `${done.message} (${done.code})`)
    }
    if (action === 'wall-screen') {
      const made = door.command('invite', () => people.inviteKiosk(target))
      if (made.ok) link('kiosk-link', made.code)
      return made.ok ? 0 : refused(fail, made.message)
    }
    if (action !== 'invite') return refused(fail, `unknown word ${action}; ${PEOPLE_USAGE.split('\n', 1)[0] ?? ''}`)
    const asked = inviteBody.safeParse({ account: target, ...(rights === null ? {} : { rights }) })
    if (!asked.success) return refused(fail, problemsOf(asked.error))
    const { account, rights: given } = asked.data
    const invited = door.command('invite', () => people.invite(account, given ?? null))
    if (invited.ok) link('welcome', invited.code)
    return invited.ok ? 0 : refused(fail, `${invited.message} (${invited.code})`)
  } finally {
    await door.close()
  }
}

interface Taken {
  action: string
  target: string
  rights: { name: string; roles: string[]; units: string[] | 'all' } | null
  /** What are settings. */
  rest: string[]
}

function taken(argv: readonly string[]): Taken {
  const [action = '', ...more] = argv
  const given = new Map<string, string>()
  const rest: string[] = []
  let target = ''
  for (let index = 0; index < more.length; index++) {
    const word = more[index] ?? ''
    const flag = /^--(name|roles|units)$/.exec(word)?.[1]
    if (flag !== undefined) given.set(flag, more[++index] ?? '')
    else if (index === 0 && !word.startsWith('--')) target = word
    else rest.push(word)
  }
  const list = (flag: string): string[] => (given.get(flag) ?? '').split(',').filter((one) => one !== '')
  const units: string[] | 'all' = given.get('units') === 'all' ? 'all' : list('units')
  const rights = given.size === 0 ? null : { name: given.get('name') ?? target, roles: list('roles'), units }
  return { action, target, rights, rest }
}

function lineOf({ id, name, roles, units, lockedAtMs, claimedAtMs }: Account): string {
  const state = lockedAtMs !== null ? 'locked' : claimedAtMs === null ? 'invited' : 'active'
  return [id, name, state, roles.join(','), units === 'all' ? 'all units' : units.join(',')].join('\t')
}

/** Where people reach the ward, as far as the settings say it. */
function addressOf({ publicUrl, host, port }: Config): string {
  if (publicUrl !== '') return publicUrl.replace(/\/$/, '')
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function refused(fail: (line: string) => void, why: string): number {
  fail(why)
  return 1
}
