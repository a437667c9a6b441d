import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostAllowed, originAllowed } from '../../src/watch/same-origin.ts'

describe('the door for other sites', () => {
  it('answers to loopback names only while bound to loopback, whatever the port', () => {
    for (const host of ['127.0.0.1:8080', 'localhost', 'localhost:9000', '[::1]:8080'])
      assert.equal(hostAllowed('127.0.0.1', host), true, host)
    for (const host of ['vigil.example', 'localhost.example:8080', '192.168.1.4:8080', '', undefined, '@@'])
      assert.equal(hostAllowed('127.0.0.1', host), false, String(host))
  })

  it('answers to any name once it is bound to the network', () => {
    assert.equal(hostAllowed('0.0.0.0', 'ward.hospital.example'), true)
  })

  it('takes requests of its own page and of scripts, and of no other page', () => {
    const host = 'localhost:8080'
    assert.equal(originAllowed({ host, origin: undefined }), true)
    assert.equal(originAllowed({ host, origin: 'http://localhost:8080' }), true)
    assert.equal(originAllowed({ host: 'LOCALHOST:8080', origin: 'http://localhost:8080' }), true)
    for (const origin of ['http://evil.example', 'http://localhost:8081', 'null', ''])
      assert.equal(originAllowed({ host, origin }), false, origin)
  })
})
