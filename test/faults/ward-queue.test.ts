import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Fault } from './fault.ts'
import { type Ward, WardQueue } from './ward-queue.ts'

const fault = (name: string, waits: boolean): Fault => ({ name, waits, recoversWithinMs: 1, run: async () => [] })
const FAULTS = [fault('kill', false), fault('pause', true), fault('stop', false)]

function queue(runs: number, isMade: (name: string, seed: number) => boolean = () => false): WardQueue {
  return new WardQueue({ faults: FAULTS, runs, firstSeed: 11, strikesAWard: 5, isMade })
}

function said(wards: readonly (Ward | undefined)[]): string[] {
  return wards.map((ward) => (ward === undefined ? '' : `${ward.fault.name} ${ward.seeds.join(' ')}`))
}

describe('the wards of a series', () => {
  it('have each seed once with every fault, and the first seeds of all before more of any', () => {
    const wards = queue(7)
    assert.equal(wards.wards, 6)
    const taken = Array.from({ length: 6 }, () => {
      const ward = wards.take()
      assert.ok(ward)
      wards.done(ward, ward.seeds.length)
      return ward
    })
    assert.deepEqual(
      ['kill', 'pause', 'stop'].map((name) => said(taken.filter((ward) => ward.fault.name === name))),
      ['kill', 'pause', 'stop'].map((name) => [`${name} 11 12 13 14 15`, `${name} 16 17`]),
    )
    assert.equal(wards.take(), undefined)
  })

  it('are such as wait and such as work in turn, as long as there are both', () => {
    const wards = queue(10)
    assert.deepEqual(
      Array.from({ length: 6 }, () => wards.take()?.fault.waits),
      [true, false, true, false, false, false],
    )
  })

  it('leave out what is made already, and give a new ward to what a bad one did not come to', () => {
    const wards = queue(5, (name, seed) => name !== 'kill' || seed === 12)
    const first = wards.take()
    assert.deepEqual(said([first, wards.take()]), ['kill 11 13 14 15', ''])
    assert.ok(first)
    wards.done(first, 2)
    assert.deepEqual(said([wards.take(), wards.take()]), ['kill 14 15', ''])
  })
})
