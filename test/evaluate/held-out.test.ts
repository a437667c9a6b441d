import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import protobuf from 'protobufjs'
import { readModelFolder } from '../../src/predict/model-folder.ts'
import { stack } from '../../src/predict/tensor.ts'
import { FOLDS } from './fold.ts'
import { ScoringModels, unpacked } from './scoring-models.ts'
import { HeldOutWard } from './ward-answers.ts'

const MODELS = join(PACKAGE_ROOT, 'models')
const FUSED = /^ward-/
const ONNX = protobuf.loadSync(join(PACKAGE_ROOT, 'schemas', 'onnx', 'onnx-ml.proto')).lookupType('onnx.ModelProto')

test('no file that is held out has an array twice, its own and what all share', async () => {
  const packed = readdirSync(MODELS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.onnx.gz'))
  assert.ok(packed.length >= FOLDS, `${packed.length} files`)
  for (const file of packed.filter((each) => !basename(each).startsWith('shared-'))) {
    const { graph } = ONNX.decode(await unpacked(join(MODELS, file))) as unknown as Named
    const names = graph.initializer.map(({ name }) => name)
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
      file,
    )
  }
})

interface Named {
  graph: { initializer: { name: string }[] }
}

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
