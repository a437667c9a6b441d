import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Metrics } from '../src/metrics.ts'

describe('the metrics', () => {
  it('say in one name what was left out, from what has a counter of its own', async () => {
    const metrics = new Metrics()
    metrics.lateReadings.inc(2)
    metrics.deadLetters.inc({ code: 'TIME_AHEAD' }, 3)
    for (const scrape of [1, 2]) {
      const text = await metrics.render()
      assert.match(text, /^vigil_dropped_records_total\{reason="late"\} 2$/m, `scrape ${scrape}`)
      assert.match(text, /^vigil_dropped_records_total\{reason="TIME_AHEAD"\} 3$/m, `scrape ${scrape}`)
    }
  })

  it('count what a device can do wrong from nought, so that its first time is a rise', async () => {
    assert.match(await new Metrics().render(), /^vigil_dead_letters_total\{code="RECORD_NOT_FRAMED"\} 0$/m)
  })

  it('look up, at each answer, what is not counted', async () => {
    const metrics = new Metrics()
    let bytes = 10
    metrics.beforeRender(() => metrics.queueBytes.set({ queue: 'store' }, bytes))
    assert.match(await metrics.render(), /^vigil_queue_bytes\{queue="store"\} 10$/m)
    bytes = 0
    assert.match(await metrics.render(), /^vigil_queue_bytes\{queue="store"\} 0$/m)
  })

  it('have one state a stage that is 1', async () => {
    const metrics = new Metrics()
    metrics.stages([{ name: 'predict', state: 'degraded', detail: '' }])
    metrics.stages([{ name: 'predict', state: 'running', detail: '' }])
    const text = await metrics.render()
    assert.match(text, /^vigil_stage_state\{stage="predict",state="degraded"\} 0$/m)
    assert.match(text, /^vigil_stage_state\{stage="predict",state="running"\} 1$/m)
  })

  it('have what Node says of the process once it is described, under the names that everybody uses', async () => {
    const metrics = new Metrics()
    assert.ok(!(await metrics.render()).includes('process_cpu_seconds_total'))
    metrics.describeProcess('1.2.3')
    const text = await metrics.render()
    assert.match(text, /^vigil_build_info\{version="1\.2\.3",node="v\d+/m)
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      assert.match(text, new RegExp(`^${name}`, 'm'))
  })
})
