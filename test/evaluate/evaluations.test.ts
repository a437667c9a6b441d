import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { writeMadeData } from './made-data/data-folder.ts'

interface Figure {
  value: number
  interval95: [number, number]
  n: number
}

/** By key, how many made-up cases the figure is of. */
const FIGURES: Readonly<Record<string, number>> = {
  'circor.weightedAccuracy': 15,
  'circor.auroc': 10,
  'cinc2016.outOfDomain.macc': 10,
  'cinc2016.outOfDomain.auroc': 10,
  'cinc2016.inDomain.macc': 10,
  'cinc2015.score': 10,
  'cinc2015.auroc': 10,
  'cinc2019.utility': 20,
  'cinc2019.auroc': 20,
  'cinc2019.vitalsOnly.utility': 20,
  'cinc2019.vitalsOnly.auroc': 20,
  'cinc2012.auroc': 20,
  'cinc2012.score1': 20,
  'video.viewState.auroc': 12,
  'video.instrumentPresent.auroc': 8,
  'video.instrumentPresent.newPatient.auroc': 8,
  'video.lungAbnormal.auroc': 8,
  'eicu.death.textAndVitals.auroc': 29,
  'eicu.death.gain.auroc': 29,
  'mimic3.death.text.auroc': 12,
}

/** Those that score a record at a time: few records, little time. */
const NAMES = 'heart-sounds,site-tuning,sepsis,mortality,arrhythmia-alarms,procedure-frames,notes'

describe('npm run evaluate on another folder of the same layout', () => {
  let folder = ''
  let said = { status: null as number | null, stdout: '', stderr: '' }
  let figures: Record<string, unknown> = {}
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vigil-evaluate-'))
    const json = join(folder, 'figures.json')
    await writeMadeData(folder)
    const program = join(PACKAGE_ROOT, 'dist/test/evaluate/run.js')
    said = spawnSync(process.execPath, [program, '--data', folder, '--json', json, '--only', NAMES], {
      encoding: 'utf8',
    })
    figures = JSON.parse(await readFile(json, 'utf8')) as Record<string, unknown>
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('runs the evaluations, by the models that ship', () => {
    assert.equal(said.status, 0, said.stderr)
    assert.match(said.stdout, /^scored by the models that ship\n/)
    assert.doesNotMatch(said.stderr, /failed/)
  })

  for (const [key, n] of Object.entries(FIGURES))
    it(`gives ${key} with its interval and number of cases`, () => {
      const { value, interval95, n: cases } = figureAt(key)
      assert.equal(cases, n)
      const [low, high] = interval95
      assert.ok(Number.isFinite(value) && low <= high, `${value}, ${low} to ${high}`)
      // Nothing is promised of made-up records but that a figure lies where its measure can.
      assert.ok(value >= -2 && value <= 1, `${value}`)
    })

  function figureAt(key: string): Figure {
    let at: unknown = figures
    for (const name of key.split('.')) at = (at as Record<string, unknown>)[name]
    assert.ok(at !== undefined, `${key} is not in the JSON`)
    return at as Figure
  }
})
