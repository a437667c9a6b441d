import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SystemClock } from '../../src/clock.ts'
import type { InferenceProcess } from '../../src/predict/inference-process.ts'
import { findProvenProvider, type SearchOutcome } from '../../src/predict/provider-search.ts'
import { shippedFolder } from '../predict/heart-sound-folder.ts'
import { leftOut } from '../support/prerequisites.ts'
import { NO_GPU, softwareGpu, withEnvironment } from '../support/software-gpu.ts'

const gpu = softwareGpu()
const clock = new SystemClock()

it(
  'heart-sound gives its golden answers on webgpu, alone and in a batch, as on the CPU',
  { skip: leftOut(gpu === null ? 'Chromium with its software graphics card is not here' : false) },
  async () => {
    assert.ok(gpu !== null, 'Chromium with its software graphics card is not here')
    // A program that plays a graphics card takes seconds a window.
    const outcome = await withEnvironment(gpu, () => search(['webgpu'], 2))
    assert.ok(outcome.ok, outcome.ok ? '' : outcome.detail)
    assert.equal(outcome.provider, 'webgpu')
  },
)

it('where there is no graphics card the next provider answers, and the search says what was missing', async () => {
  const onCpu = await withEnvironment(NO_GPU, () => search(['webgpu', 'cpu'], 1))
  assert.equal(onCpu.ok && onCpu.provider, 'cpu')
  const nowhere = await withEnvironment(NO_GPU, () => search(['webgpu'], 1))
  assert.ok(!nowhere.ok)
  assert.equal(nowhere.code, 'MODEL_UNPROVEN')
  assert.match(nowhere.detail, /webgpu: .*adapter/)
})

async function search(providers: readonly string[], cases: number): Promise<SearchOutcome> {
  const folder = await shippedFolder()
  const processes: InferenceProcess[] = []
  try {
    const some = { ...folder, golden: folder.golden.slice(0, cases) }
    return await findProvenProvider(some, providers, clock, (process) => void processes.push(process))
  } finally {
    await Promise.all(processes.map((process) => process.stop()))
  }
}
