import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { ManualClock } from '../../src/clock.ts'
import { VigilError } from '../../src/errors.ts'
import { ConsumerLag } from '../../src/ingest/consumer-lag.ts'
import type { Log } from '../../src/ingest/log.ts'
import { Metrics } from '../../src/metrics.ts'

function lagOver(log: Pick<Log, 'endOffsets' | 'committed'>) {
  const [clock, metrics, lines] = [new ManualClock(), new Metrics(), [] as string[]]
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const lag = new ConsumerLag({ log, clock, metrics, logger })
  const records = async (group: string, topic: string): Promise<number | undefined> => {
    const { values } = await metrics.consumerLagRecords.get()
    return values.find(({ labels }) => labels.group === group && labels.topic === topic)?.value
  }
  return { lag, clock, lines, records }
}

describe('the lag of the consumers', () => {
  it('is what lies between the committed offsets and the ends, over all partitions', async () => {
    const { lag, records } = lagOver({
      endOffsets: (topic) => Promise.resolve(topic === 'vitals' ? [10, 20] : [0, 0]),
      committed: (group) => Promise.resolve(new Map(group === 'vigil-join' ? [[0, { vitals: 7 }]] : [])),
    })
    await lag.look()
    assert.equal(await records('vigil-join', 'vitals'), 3 + 20, 'nothing was committed in the second partition')
    assert.equal(await records('vigil-store', 'vitals'), 30)
    assert.equal(await records('vigil-raise', 'predictions'), 0)
  })

  it('has no value while it cannot be looked up, and says so once', async () => {
    let away = false
    const { lag, clock, lines, records } = lagOver({
      endOffsets: () => (away ? Promise.reject(new VigilError('LOG_UNAVAILABLE')) : Promise.resolve([5])),
      committed: () => Promise.resolve(new Map()),
    })
    lag.start()
    await settled()
    assert.equal(await records('vigil-join', 'vitals'), 5)
    away = true
    for (let look = 0; look < 3; look++) {
      clock.advance(10_000)
      await settled()
    }
    assert.equal(await records('vigil-join', 'vitals'), undefined, 'old numbers never look live')
    assert.equal(lines.length, 1)
    away = false
    clock.advance(10_000)
    await settled()
    assert.equal(await records('vigil-join', 'vitals'), 5)
    lag.stop()
  })
})

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
