import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { ManualClock } from '../../src/clock.ts'
import { type Config, defaultConfig } from '../../src/config.ts'
import { createIngestStage } from '../../src/ingest/ingest-stage.ts'

function stageOf(changes: Partial<Config>) {
  const log = { reachable: true, partitions: 12 }
  const clock = new ManualClock(0)
  return {
    log,
    clock,
    stage: createIngestStage({ log, clock, config: defaultConfig({ dataDir: tmpdir(), ...changes }) }),
  }
}

describe('what ingest says of its log', () => {
  it('is lost when our own disk takes nothing for 5 s, and not when it does again in time', () => {
    const { log, clock, stage } = stageOf({})
    assert.equal(stage.health().state, 'running')
    log.reachable = false
    assert.equal(stage.health().state, 'degraded')
    clock.advance(4_999)
    assert.equal(stage.health().state, 'degraded')
    log.reachable = true
    assert.equal(stage.health().state, 'running')
    log.reachable = false
    assert.equal(stage.health().state, 'degraded')
    clock.advance(5_000)
    assert.equal(stage.health().state, 'failed')
  })

  it('waits for a broker as long as it takes', () => {
    const { log, clock, stage } = stageOf({ kafkaBrokers: ['127.0.0.1:9092'] })
    log.reachable = false
    stage.health()
    clock.advance(3_600_000)
    assert.equal(stage.health().state, 'degraded')
    assert.match(stage.health().detail, /Kafka is away/)
  })
})
