import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Finding } from '../../src/check.ts'
import { SystemClock } from '../../src/clock.ts'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { modelCheck } from '../../src/predict/model-check.ts'
import { about, assertHealthy, assertWrong } from '../support/findings.ts'

const root = mkdtempSync(join(tmpdir(), 'vigil-model-check-'))
after(() => rmSync(root, { recursive: true, force: true }))
const MODEL = join(PACKAGE_ROOT, 'models/heart-sound')
const RUNTIME = join(PACKAGE_ROOT, 'node_modules/onnxruntime-node/bin/napi-v6', process.platform, process.arch)
const HAS_CUDA = existsSync(join(RUNTIME, 'libonnxruntime_providers_cuda.so'))

function found(models: readonly string[], providers: readonly string[]): Promise<Finding[]> {
  return modelCheck({ models, providers }, new SystemClock()).look(new AbortController().signal)
}

describe('models before the doctor', () => {
  it('are fine when they give their golden answers', async () => {
    const findings = await found(['heart-sound'], ['cpu'])
    assertHealthy(findings)
    assert.match(about(findings, 'model').saw, /heart-sound .* golden answers on cpu/)
    assertHealthy(await found([], ['cpu']))
  })

  it('are named when the file is damaged, or when there is none', async () => {
    const folder = join(root, 'damaged')
    cpSync(MODEL, folder, { recursive: true })
    const bytes = readFileSync(join(folder, 'model.onnx'))
    bytes.writeUInt8(bytes.readUInt8(1_000) ^ 1, 1_000)
    writeFileSync(join(folder, 'model.onnx'), bytes)
    assertWrong(await found([folder], ['cpu']), [
      { about: 'model', standing: 'broken', saw: /MODEL_HASH_MISMATCH/, todo: /file that card\.json names/ },
    ])
    assertWrong(await found(['no-such-model'], ['cpu']), [
      { about: 'model', standing: 'broken', saw: /no-such-model: .*MODEL_CARD_INVALID/, todo: /--models/ },
    ])
  })

  it('are the smaller file where that is asked for, and named where there is none', async () => {
    const findings = await found(['heart-sound:small'], ['cpu'])
    assertHealthy(findings)
    assert.match(about(findings, 'model').saw, /heart-sound:small .* golden answers on cpu, .*smaller file/)
    assertWrong(await found(['ward-hybrid:small'], ['cpu']), [
      { about: 'model', standing: 'broken', saw: /ward-hybrid has no smaller file \(MODEL_NO_SMALL\)/, todo: /:small/ },
    ])
  })

  it('are named with a provider that is not there, which only warns where another one answers', async () => {
    const saw = /nonsense/
    const todo = /leave nonsense out/
    assertWrong(await found(['heart-sound'], ['nonsense']), [{ about: 'provider', standing: 'broken', saw, todo }])
    assertWrong(await found(['heart-sound'], ['nonsense', 'cpu']), [
      { about: 'provider', standing: 'warning', saw, todo },
    ])
  })

  // Where they are, models are proved on them elsewhere.
  if (HAS_CUDA) return
  it('are named with cuda where its libraries are not', async () => {
    assertWrong(await found(['heart-sound'], ['cuda']), [
      {
        about: 'provider',
        standing: 'broken',
        saw: /does not run on cuda: \S+\.so is not here/,
        todo: /CUDA libraries/,
      },
    ])
  })
})
