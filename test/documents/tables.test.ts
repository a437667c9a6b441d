import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDocument, TABLES, withTable } from './tables.ts'

describe('documents', () => {
  for (const { file, name, render } of TABLES)
    it(`${file} says of ${name} what the code says (npm run documents)`, async () => {
      const document = readDocument(file)
      const cells = (text: string): string[] =>
        text.split('\n').map((line) => line.replace(/\s*\|\s*/g, '|').replace(/-+/g, '-'))
      assert.deepEqual(cells(document), cells(withTable(document, name, await render())))
    })
})
