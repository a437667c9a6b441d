import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ladderWords } from '../../dashboards/ward/ladder-words.ts'

test('the ladder is told by how many beds stand below its top, and how low', () => {
  assert.deepEqual(ladderWords([]), { text: 'no score yet', names: [], tone: 'plain' })
  assert.deepEqual(ladderWords([{ bedId: '1', rung: null }]).text, 'no score yet')
  assert.deepEqual(ladderWords([{ bedId: '1', rung: 'multimodal' }]), {
    ...{ text: 'full', names: [], tone: 'good' },
  })
  const some = ladderWords([
    { bedId: 'Bed 10', rung: 'news2' },
    { bedId: 'Bed 2', rung: 'vitals_only' },
    { bedId: 'Bed 3', rung: 'multimodal' },
  ])
  assert.deepEqual(some, {
    text: '2 of 3 beds from less; lowest: NEWS2 score only',
    names: ['Bed 10: NEWS2 score only', 'Bed 2: Vitals only'],
    tone: 'plain',
  })
})

test('a bed that is not scored is a warning, and is named first', () => {
  const { text, names, tone } = ladderWords([
    { bedId: 'Bed 1', rung: 'multimodal' },
    { bedId: 'Bed 2', rung: 'partial' },
    { bedId: 'Bed 3', rung: null },
  ])
  assert.equal(text, '1 of 3 beds from less, 1 not scored; lowest: some inputs only')
  assert.deepEqual(names[0], 'Bed 3: not scored')
  assert.equal(tone, 'warn')
})
