import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FigureRow } from './evaluation.ts'
import { nested, tableOf } from './report.ts'

const utility: FigureRow = {
  model: 'sepsis',
  measure: 'utility',
  group: 'all',
  key: 'cinc2019.utility',
  figure: { value: 0.45, interval95: [0.4, 0.5], n: 14 },
  simple: 0.425,
}

test('figures with a key are nested by its dots, with interval and n', () => {
  const auroc = { ...utility, key: 'cinc2019.auroc', figure: { value: 0.87, interval95: null, n: 14 } }
  const without = { ...utility, key: null }
  assert.deepEqual(nested([utility, auroc, without]), {
    cinc2019: {
      utility: { value: 0.45, interval95: [0.4, 0.5], n: 14 },
      auroc: { value: 0.87, interval95: null, n: 14 },
    },
  })
})

test('a measure without an answer is null, and two figures of one name are a mistake', () => {
  const nothing = { ...utility, figure: { value: NaN, interval95: [NaN, NaN] as const, n: 0 } }
  assert.deepEqual(nested([nothing]), { cinc2019: { utility: { value: null, interval95: null, n: 0 } } })
  assert.throws(() => nested([utility, utility]), /two figures/)
})

test('the table has a line a figure', () => {
  assert.match(tableOf([utility]), /\| sepsis \| utility \| all \| 14 \| 0\.450 \| 0\.400 to 0\.500 \| 0\.425 \| +\|/)
})
