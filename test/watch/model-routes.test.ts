import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { ModelCard } from '../../src/predict/model-card.ts'
import { openWard, type WardUnderTest } from './ward-under-test.ts'

const SHIPPED = join(PACKAGE_ROOT, 'models/procedure-view/card.json')

describe('the card of a model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-cards-'))
  let ward: WardUnderTest
  before(async () => {
    // A site's own model lies elsewhere and may have a shipped one's name.
    const card = JSON.parse(readFileSync(SHIPPED, 'utf8')) as ModelCard
    cpSync(SHIPPED, join(folder, 'card.json'))
    writeFileSync(join(folder, 'card.json'), JSON.stringify({ ...card, version: '9.9.9', sha256: 'a'.repeat(64) }))
    ward = await openWard({ models: ['ward-hybrid', folder], dataDir: folder })
  })
  after(async () => {
    await ward.close()
    rmSync(folder, { recursive: true })
  })

  const ask = (path: string): Promise<Response> => fetch(`${ward.url}/api/models/${path}`)
  const card = async (path: string): Promise<ModelCard> => (await (await ask(path)).json()) as ModelCard

  it('comes from the folder of the model', async () => {
    const { name, data, metrics, cannot } = await card('ward-hybrid/card')
    assert.equal(name, 'ward-hybrid')
    assert.ok(data.length > 0 && metrics.length > 0 && cannot.length > 0)
  })

  it('is that of the file that answered, where two have its name', async () => {
    const { sha256 } = JSON.parse(readFileSync(SHIPPED, 'utf8')) as ModelCard
    assert.equal((await card(`procedure-view/card?sha256=${'a'.repeat(64)}`)).version, '9.9.9')
    assert.equal((await card(`procedure-view/card?sha256=${sha256}`)).sha256, sha256)
  })

  it('is asked for by a name and never by a path', async () => {
    for (const name of [
      '..%2Fmodels%2Fward-hybrid',
      '%2Fetc',
      'Ward-Hybrid',
      '.',
      'a.b',
      folder.replaceAll('/', '%2F'),
    ])
      assert.notEqual((await ask(`${name}/card`)).status, 200, name)
    assert.equal((await ask('..%2Fward-hybrid/card')).status, 400)
    assert.equal((await ask('no-such/card')).status, 404)
    assert.equal((await ask('training/card')).status, 404)
  })
})
