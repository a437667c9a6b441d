import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { stack } from '../../src/predict/tensor.ts'
import { FOLDS } from './fold.ts'
import { ScoringModels } from './scoring-models.ts'
import { HeldOutWard } from './ward-answers.ts'

const MODELS = join(PACKAGE_ROOT, 'models')
const FUSED = /^ward-/

for (const name of readdirSync(MODELS).filter((each) => existsSync(join(MODELS, each, 'held-out'))))
  test(`${name} has a file for every fold, which answers as much as what ships, and otherwise`, async () => {
    const read = await readModelFolder(name)
    assert.ok(read.ok, read.ok ? '' : read.detail)
    const { card, golden } = read.folder
    const models = new ScoringModels()
    // The fusion that is held out stands behind encoders that are, so it has other inputs.
    if (FUSED.test(name)) {
      const heldOut = new HeldOutWard(models)
      const nobody = { deteriorates: false, records: {} }
      for (let fold = 0; fold < FOLDS; fold++) {
        const [answer] = await heldOut.answers(name, fold, [nobody], () => true)
        assert.equal(answer?.subsets.length, 32)
        for (const risk of answer.subsets)
          assert.ok(Math.abs(risk - (card.risk?.baseRate ?? NaN)) < 1e-5, `fold ${fold}: nothing known is ${risk}`)
      }
      return
    }
    const inputs = stack(golden.map((one) => one.inputs))
    const [answering] = card.answers
    assert.ok(answering !== undefined)
    const shipped = (await models.run(name, 'model.onnx', inputs))[answering.output]
    for (let fold = 0; fold < FOLDS; fold++) {
      const answers = await models.run(name, `held-out/fold-${fold}.onnx.gz`, inputs)
      const held = answers[answering.output]
      assert.deepEqual(
        Object.keys(answers).sort(),
        card.outputs.map((output) => output.name).sort(),
        `fold ${fold} has other outputs`,
      )
      assert.ok(
        held?.data.every((value) => value >= 0 && value <= 1),
        `fold ${fold} gives no probabilities`,
      )
      assert.notDeepEqual(held?.data, shipped?.data, `fold ${fold} is what ships`)
    }
  })
