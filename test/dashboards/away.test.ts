import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type * as Away from '../../dashboards/app/away.ts'
import { alertView } from './alert-fixture.ts'

declare global {
  var sessionStorage: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  }
}

/** What a tab keeps over a reload: Node has no such storage. */
const kept = new Map<string, string>()
globalThis.sessionStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
  removeItem: (key) => void kept.delete(key),
}

/** The page as it is loaded: what it knows is what the tab has kept. */
type Page = typeof Away
let loads = 0
async function load(): Promise<Page> {
  const place = new URL(`../../dashboards/app/away.js?${loads++}`, import.meta.url)
  return (await import(place.href)) as Page
}

describe('a tab at which ann missed an alert', () => {
  beforeEach(() => kept.clear())

  async function annWasAway() {
    const page = await load()
    page.belongsTo('ann')
    page.saw(1_000, { p1: 4 })
    page.leave()
    page.unseenCame([alertView({ bedSequence: 5 })])
    page.back(9_000)
    assert.deepEqual([page.absences.value.length, page.missedIds.value.has('a1')], [1, true])
    return page
  }

  it('tells ann of it again, also after a reload', async () => {
    const page = await annWasAway()
    page.belongsTo('ann')
    assert.equal(page.absences.value.length, 1)
    const again = await load()
    again.belongsTo('ann')
    assert.equal(again.absences.value.length, 1)
    assert.deepEqual([again.seenSequences(), again.isAway()], [{ p1: 4 }, true])
  })

  for (const [when, pageOf] of [
    ['on the page as it stands', (page: Page) => Promise.resolve(page)],
    ['after a reload', load],
  ] as const)
    it(`tells bo nothing of it, ${when}`, async () => {
      const page = await pageOf(await annWasAway())
      page.belongsTo('bo')
      assert.deepEqual([page.absences.value, page.missedIds.value.size], [[], 0])
      assert.deepEqual([page.seenSequences(), page.isAway()], [{}, false])
      assert.doesNotMatch([...kept.values()].join(), /a1|p1/, 'nothing of ann’s is left in the tab')
      page.unseenCame([alertView({ alertId: 'a2', bedSequence: 6 })])
      page.back(20_000)
      assert.deepEqual(page.absences.value, [], 'the first look has missed nothing')
    })

  it('does not tell bo what ann had not seen when she left', async () => {
    const page = await annWasAway()
    page.saw(10_000, { p1: 5 })
    page.leave()
    page.unseenCame([alertView({ alertId: 'a3', bedSequence: 7 })])
    page.belongsTo('bo')
    page.saw(11_000, { p1: 7 })
    page.leave()
    page.back(12_000)
    assert.deepEqual(page.absences.value, [])
  })

  it('is whose signs in first, where nobody had', async () => {
    const page = await load()
    page.saw(1_000, { p1: 4 })
    page.belongsTo('ann')
    assert.deepEqual(page.seenSequences(), { p1: 4 })
  })
})
