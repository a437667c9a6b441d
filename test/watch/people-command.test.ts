import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { runPeople } from '../../src/watch/people-command.ts'
import { PeopleDoor } from '../../src/watch/people-door.ts'
import type { CommandedChange } from '../../src/watch/people-store.ts'

const ANN = ['ann', '--name', 'Ann A.', '--roles', 'nurse,quality', '--units', 'icu,ward 2']

describe('vigil people', () => {
  const clock = new ManualClock(1_800_000_000_000)
  let dataDir = ''
  let door: PeopleDoor

  /** Runs it beside a ward that has the same folder open. */
  async function run(...argv: string[]): Promise<{ code: number; said: string[]; failed: string[] }> {
    const [said, failed]: [string[], string[]] = [[], []]
    const ways = { say: (line: string) => said.push(line), fail: (line: string) => failed.push(line) }
    const code = await runPeople([...argv, '--data', dataDir, '--port', '9000'], { env: {}, clock, ...ways })
    return { code, said, failed }
  }

  before(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'vigil-people-command-'))
    door = new PeopleDoor({ config: defaultConfig({ dataDir }), clock, cost: { ln: 10, r: 8, p: 1 } })
  })
  after(async () => {
    await door.close()
    rmSync(dataDir, { recursive: true })
  })

  it('invites somebody, who makes the account the own on the ward that runs', async () => {
    const { code, said } = await run('invite', ...ANN)
    assert.equal(code, 0)
    const link = /^http:\/\/127\.0\.0\.1:9000\/#\/welcome\/([\w-]{43})$/.exec(said[0] ?? '')?.[1] ?? ''
    assert.ok((await door.people.claim(link, { id: '', name: '', password: 'correct horse battery' })).ok)
    assert.deepEqual((await run('list')).said, ['ann\tAnn A.\tactive\tnurse,quality\ticu,ward 2'])
  })

  it('makes a link for a new password, and one for a wall screen', async () => {
    assert.match((await run('invite', 'ann')).said[0] ?? '', /#\/welcome\//)
    assert.match(
      (await run('wall-screen', 'icu', '--public-url', 'https://ward.example')).said[0] ?? '',
      /^https:\/\/ward\.example\/#\/kiosk-link\//,
    )
  })

  it('locks and unlocks', async () => {
    assert.match((await run('lock', 'ann')).said[0] ?? '', /\tlocked\t/)
    assert.equal(
      (await door.signIn.signIn({ account: 'ann', password: 'correct horse battery', address: '' })).ok,
      false,
    )
    assert.match((await run('unlock', 'ann')).said[0] ?? '', /\tactive\t/)
    assert.ok((await door.signIn.signIn({ account: 'ann', password: 'correct horse battery', address: '' })).ok)
  })

  it('leaves what was done for the audit of the ward, and nothing of what was refused', async () => {
    await run('list')
    await run('lock', 'nobody')
    const entries: [string, CommandedChange][] = []
    door.auditCommanded({ commanded: (id, change) => void entries.push([id, change]) })
    const done = entries.map(([, { action, about }]) => `${action} ${about.replace(/^kiosk-.*/, 'kiosk')}`)
    assert.deepEqual(done.sort(), [
      'invite ann',
      'invite ann',
      'invite kiosk',
      'lock-account ann',
      'unlock-account ann',
    ])
    assert.equal(new Set(entries.map(([id]) => id)).size, 5)
    assert.ok(entries.every(([, { occurredAtMs }]) => occurredAtMs === clock.nowMs()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    door.auditCommanded({ commanded: () => assert.fail('written twice') })
  })

  it('says what it does not understand, and changes nothing', async () => {
    const before = door.people.all()
    for (const argv of [
      ['invite', 'ann', ...ANN.slice(1)],
      ['invite', 'bob', '--name', 'Bob', '--roles', 'kiosk', '--units', 'icu'],
      ['invite', 'bob', '--name', 'Bob', '--roles', 'doctor', '--units', 'icu'],
      ['invite', 'bob', '--name', 'Bob', '--roles', 'nurse'],
      ['invite', 'bob'],
      ['invite'],
      ['lock', 'nobody'],
      ['lock'],
      ['dismiss', 'ann'],
      ['list', '--colour', 'red'],
    ]) {
      const { code, said, failed } = await run(...argv)
      assert.deepEqual([code, said, failed.length], [1, [], 1], argv.join(' '))
    }
    assert.deepEqual(door.people.all(), before)
  })
})
