import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import avro, { type Schema } from 'avsc'
import { fingerprint } from '../../src/ingest/fingerprint.ts'

/** From the Avro project's own share/test/data/schema-tests.txt. */
const KNOWN: readonly (readonly [string, bigint])[] = [
  ['"null"', 7195948357588979594n],
  ['"boolean"', -6970731678124411036n],
  ['"int"', 8247732601305521295n],
  ['"long"', -3434872931120570953n],
  ['"float"', 5583340709985441680n],
  ['"double"', -8181574048448539266n],
  ['"bytes"', 5746618253357095269n],
  ['"string"', -8142146995180207161n],
  ['[]', -1241056759729112623n],
  ['["int"]', -5232228896498058493n],
  ['["int","boolean"]', 5392556393470105090n],
  ['{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"}]}', 7843277075252814651n],
  ['{"name":"foo","type":"fixed","size":15}', 1756455273707447556n],
]

describe('the fingerprint of a schema', () => {
  for (const [canonicalForm, expected] of KNOWN) {
    it(`of ${canonicalForm} is the one Avro publishes`, () => {
      assert.equal(fingerprint(canonicalForm).readBigInt64LE(), expected)
    })
  }

  it('is of the parsing canonical form: names are full, and documentation, defaults and logical types are gone', () => {
    const verbose: Schema = {
      type: 'record',
      name: 'Pulse',
      namespace: 'vigil',
      doc: 'a pulse',
      fields: [
        { name: 'atMs', type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'when', default: 0 },
        { name: 'side', type: { type: 'enum', name: 'Side', symbols: ['left', 'right'], doc: 'where' } },
      ],
    }
    assert.equal(
      JSON.stringify(avro.Type.forSchema(verbose).schema()),
      '{"name":"vigil.Pulse","type":"record","fields":[{"name":"atMs","type":"long"},' +
        '{"name":"side","type":{"name":"vigil.Side","type":"enum","symbols":["left","right"]}}]}',
    )
  })
})
