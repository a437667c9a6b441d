import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silenceWords, watcherWords, watchingWords } from '../../dashboards/app/watching-words.ts'
import type { Watcher } from '../../src/watch/watchers.ts'

const watcher = (changes: Partial<Watcher> = {}): Watcher => ({
  ...{ name: 'A. Moser', units: ['ICU-A'], bedId: null, wall: false, visible: true, sound: true },
  ...changes,
})

test('a screen is told by who is at it, what it shows, and whether it would be heard', () => {
  assert.equal(watcherWords(watcher()), 'A. Moser · ICU-A · sound on')
  assert.equal(watcherWords(watcher({ wall: true, sound: false })), 'Wall screen · ICU-A · sound off')
  assert.equal(watcherWords(watcher({ bedId: 'Bed 3' })), 'A. Moser · ICU-A, Bed 3 · sound on')
  assert.equal(watcherWords(watcher({ units: null, visible: false })), 'A. Moser · all units · out of sight · sound on')
  assert.equal(watcherWords(watcher({ units: ['A', 'B'] })), 'A. Moser · A, B · sound on')
  assert.equal(watcherWords(watcher({ units: [''] })), 'A. Moser · no unit · sound on')
})

test('who cannot see the page is not said to watch', () => {
  const watching = { screens: [watcher(), watcher({ visible: false })], more: 2, inSight: 3, silentUnits: [] }
  assert.equal(watchingWords(watching), '3 watching, 1 out of sight')
  assert.equal(watchingWords({ ...watching, inSight: 4 }), '4 watching')
  assert.equal(watchingWords({ screens: [], more: 0, inSight: 0, silentUnits: [] }), '0 watching')
})

test('the units that nobody would hear are named, on a wall screen its own alone', () => {
  assert.equal(silenceWords(['ICU-A'], null), 'No screen of ICU-A sounds alarms')
  assert.equal(silenceWords(['ICU-A', 'ICU-B'], null), 'No screen of ICU-A, ICU-B sounds alarms')
  assert.equal(silenceWords(['ICU-A', 'ICU-B'], 'ICU-B'), 'No screen of ICU-B sounds alarms')
  assert.equal(silenceWords(['ICU-A'], 'ICU-B'), null)
  assert.equal(silenceWords([], null), null)
})
