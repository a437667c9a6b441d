import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { format, resolveConfig } from 'prettier'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { readSchemas, renderRecordTypes } from '../../src/ingest/record-types.ts'
import { TOPIC_NAMES, TOPICS } from '../../src/ingest/topics.ts'

it('the record types are what the schemas say', async () => {
  const path = join(PACKAGE_ROOT, 'src/records.ts')
  const options = await resolveConfig(path)
  const rendered = await format(renderRecordTypes(readSchemas()), { ...options, parser: 'typescript' })
  assert.equal(readFileSync(path, 'utf8'), rendered, 'run `npm run generate`')
})

it('every topic has a schema, and every schema a topic', () => {
  const schemas = readSchemas().map((schema) => (schema as { name: string }).name)
  assert.deepEqual(schemas.sort(), TOPIC_NAMES.map((topic): string => TOPICS[topic].record).sort())
})
