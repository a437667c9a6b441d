import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bearerToken, SignIn } from '../../src/watch/sign-in.ts'

describe('sign-in', () => {
  it('admits everyone while no token is set', () => {
    assert.equal(new SignIn('').admits(undefined), true)
    assert.equal(new SignIn('').userId, 'local')
  })

  it('admits who brings the token, and nobody else', () => {
    const signIn = new SignIn('ward-token')
    assert.equal(signIn.admits('ward-token'), true)
    for (const given of [undefined, '', 'ward', 'ward-token ', 'WARD-TOKEN']) assert.equal(signIn.admits(given), false)
    assert.equal(signIn.userId, 'token')
  })

  it('reads the token of a bearer header', () => {
    assert.equal(bearerToken('Bearer abc'), 'abc')
    assert.equal(bearerToken('bearer  abc'), 'abc')
    for (const header of [undefined, '', 'Basic abc', 'Bearer', 'Bearer a b'])
      assert.equal(bearerToken(header), undefined, String(header))
  })
})
