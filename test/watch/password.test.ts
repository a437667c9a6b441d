import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { COST, Passwords, weakness } from '../../src/watch/password.ts'

const quick = { ln: 10, r: 8, p: 1 }

describe('passwords', () => {
  it('fit the hash made of them, and no other does', async () => {
    const passwords = new Passwords(quick)
    const hash = await passwords.hash('correct horse battery')
    assert.equal(await passwords.fits('correct horse battery', hash), true)
    for (const wrong of ['', 'correct horse batterx', 'correct horse battery ', 'Correct horse battery'])
      assert.equal(await passwords.fits(wrong, hash), false, wrong)
  })

  it('are never hashed alike twice', async () => {
    const passwords = new Passwords(quick)
    assert.notEqual(await passwords.hash('correct horse battery'), await passwords.hash('correct horse battery'))
  })

  it('cost 2^17 blocks of memory, and the hash says so, so that it fits when the cost is another', async () => {
    const hash = await new Passwords().hash('correct horse battery')
    assert.deepEqual(COST, { ln: 17, r: 8, p: 1 })
    assert.match(hash ?? '', /^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.equal(await new Passwords(quick).fits('correct horse battery', hash), true)
  })

  it('are one, however a keyboard composes their letters', async () => {
    const passwords = new Passwords(quick)
    const hash = await passwords.hash('sch\u00f6nes wetter heute')
    assert.equal(await passwords.fits('scho\u0308nes wetter heute', hash), true)
  })

  it('of nobody fit nothing, nor does a hash that is none', async () => {
    const passwords = new Passwords(quick)
    assert.equal(await passwords.fits('correct horse battery', null), false)
    for (const hash of ['', 'plain', '$scrypt$ln=99,r=8,p=1$AAAA$AAAA'])
      assert.equal(await passwords.fits('correct horse battery', hash), false, hash)
  })

  it('are hashed one at a time, and who comes when twenty wait is sent away', async () => {
    const passwords = new Passwords(quick)
    const answers = await Promise.all(Array.from({ length: 30 }, () => passwords.fits('guess', null)))
    assert.deepEqual(
      [answers.filter((answer) => answer === false).length, answers.filter((a) => a === 'busy').length],
      [20, 10],
    )
    assert.equal(await passwords.fits('guess', null), false, 'and is heard again when the queue is through')
  })

  it('are refused when they are short, monotonous or hold the account', () => {
    assert.equal(weakness('correct horse battery', 'ann'), null)
    assert.match(weakness('short', 'ann') ?? '', /12 or more/)
    assert.match(weakness('x'.repeat(300), 'ann') ?? '', /256 or fewer/)
    assert.match(weakness('aaaaaaaaaaaabb', 'ann') ?? '', /repeats/)
    assert.match(weakness('ANNETTE and more', 'annette') ?? '', /account/)
  })
})
