import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeRecord, encodeRecord } from '../../src/ingest/avro-codec.ts'
import { UNWATCHED } from '../../src/raise/unwatched.ts'
import { Bedside, START_MS } from './bedside.ts'

/** A bed with a high alarm from 0 s on. */
function highAlert(): Bedside {
  const bed = new Bedside()
  bed.vitals(0, { spo2: 84 })
  return bed
}

function says(bed: Bedside, atS: number, action: 'watched' | 'unwatched', userId = 'watch-a') {
  return bed.command(atS, { action, userId })
}

const story = (bed: Bedside): string[] =>
  bed.alerts
    .filter(({ condition }) => condition === UNWATCHED)
    .map(({ transition, eventTimeMs, priority, kind }) => {
      return `${(eventTimeMs - START_MS) / 1_000} ${transition} ${kind} ${priority}`
    })

test('a high alarm that no screen shows is a technical alarm, until a screen shows it', () => {
  const bed = highAlert()
  says(bed, 10, 'unwatched')
  says(bed, 30, 'watched')
  assert.deepEqual(story(bed), ['10 raised technical high', '30 cleared technical high'])
})

test('nobody says anything of screens: nothing is missed', () => {
  const bed = highAlert()
  bed.time(50)
  assert.deepEqual(story(bed), [])
})

test('without a high alarm there is nothing that a screen must show', () => {
  const bed = new Bedside()
  for (let s = 0; s <= 11; s++) bed.vitals(s, { spo2: 88 })
  says(bed, 12, 'unwatched')
  bed.vitals(13, { spo2: 84 })
  assert.deepEqual(story(bed), [], 'what was said of before does not count for what is high since')
})

test('it is over when the high alarm is answered', () => {
  const bed = highAlert()
  says(bed, 10, 'unwatched')
  bed.acknowledge(20, 'limit:spo2:low')
  assert.deepEqual(story(bed), ['10 raised technical high', '20 cleared technical high'])
})

test('one process whose screen shows it is enough, and its word lapses when it dies', () => {
  //   s   5 a: watched (to 20)   10 b: unwatched   15 a: watched (to 30)   a dies
  const bed = highAlert()
  says(bed, 5, 'watched', 'watch-a')
  says(bed, 10, 'unwatched', 'watch-b')
  says(bed, 15, 'watched', 'watch-a')
  bed.time(29)
  assert.deepEqual(story(bed), [])
  bed.time(45)
  assert.deepEqual(story(bed), ['30 raised technical high'], 'at its own time, however rarely time is looked at')
})

test('a process whose last screen closed says so, and its earlier word is void at once', () => {
  const bed = highAlert()
  says(bed, 5, 'watched')
  says(bed, 16, 'unwatched')
  assert.deepEqual(story(bed), ['16 raised technical high'])
})

test('it never calls for eyes on itself, and its levels do not call anybody', () => {
  const bed = highAlert()
  says(bed, 10, 'unwatched')
  for (let s = 11; s <= 400; s++) bed.vitals(s, { spo2: 84 })
  assert.deepEqual(story(bed), ['10 raised technical high'])
  bed.answer(401, 'accept', 'limit:spo2:low')
  assert.equal(story(bed).at(-1), '401 cleared technical high')
})

test('a patient who leaves takes it along', () => {
  const bed = highAlert()
  says(bed, 10, 'unwatched')
  bed.apply({ type: 'context', topic: 'patient-context', offset: 0, appendTimeMs: START_MS + 20_000, context: null })
  assert.equal(story(bed).at(-1), '20 cleared technical high')
  assert.deepEqual([bed.state.unwatchedSinceMs, bed.state.watchedUntilMs], [null, {}])
})

test('what processes say of screens does not push out the memory of what people did', () => {
  const bed = highAlert()
  for (let s = 0; s < 300; s++) says(bed, 10 + s, 'watched')
  assert.deepEqual(bed.state.appliedCommandIds, [])
})

test('a restart goes on from what was said: the state knows whose word still holds', () => {
  const bed = highAlert()
  says(bed, 5, 'watched', 'watch-a')
  says(bed, 10, 'unwatched', 'watch-b')
  const restored = decodeRecord('alert-state', encodeRecord('alert-state', bed.state))
  assert.ok(restored.ok)
  bed.state = restored.record
  bed.time(19)
  assert.deepEqual(story(bed), [])
  bed.time(20)
  assert.deepEqual(story(bed), ['20 raised technical high'])
})
