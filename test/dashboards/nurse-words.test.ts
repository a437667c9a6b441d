import assert from 'node:assert/strict'
import { test } from 'node:test'
import { names } from '../../dashboards/app/names.ts'
import { assignedWords, initials, shortName } from '../../dashboards/ward/nurse-words.ts'
import { assignedThenWords } from '../../dashboards/ward/transition-words.ts'

test('a name is short as a whole or not at all', () => {
  assert.equal(shortName('Anna Moser'), 'A. Moser')
  assert.equal(shortName('  Anna  Maria Moser '), 'A. Moser')
  assert.equal(shortName('Anna'), 'Anna')
  assert.equal(shortName('Éva Őrsi'), 'É. Őrsi')
  assert.equal(shortName('Anna Schwarzenbergerova'), null)
  assert.equal(shortName('oidc:f3a9c2d1-77'), null)
  assert.equal(shortName(''), null)
})

test('initials are two letters, accents and all', () => {
  assert.equal(initials('Anna Maria Moser'), 'AM')
  assert.equal(initials('anna'), 'AN')
  assert.equal(initials('E\u0301va O\u030Brsi'), 'ÉŐ')
  assert.equal(initials('𝒜nna 𝓜oser'), '𝒜𝓜')
})

test('a line says who is assigned, or that nobody is', () => {
  names.value = { anna: 'Anna Moser', zoe: 'Zoe Schwarzenbergerova' }
  assert.equal(assignedWords('anna'), 'assigned to A. Moser')
  assert.equal(assignedWords('zoe'), 'assigned to Zoe Schwarzenbergerova')
  assert.equal(assignedWords(null), 'assigned to nobody')
  assert.equal(assignedThenWords({ assignedTo: 'anna' }), 'Assigned to Anna Moser as it was raised.')
  assert.equal(assignedThenWords({ assignedTo: null }), 'Nobody was assigned as it was raised.')
})
