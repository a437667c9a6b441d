import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import type { Archive } from '../../src/store/archive.ts'
import { openArchive } from '../../src/store/open-archive.ts'
import { archiveHistory } from '../../src/watch/archive-history.ts'
import type { ScorePart } from '../../src/records.ts'
import type { AlertDetail, AlertView } from '../../src/watch/events.ts'
import type { StoredAlert } from '../../src/watch/history.ts'
import { alert, context, prediction, vitals } from './ward-records.ts'
import { openWard, until, type WardUnderTest } from './ward-under-test.ts'

const clock = new SystemClock()
const AT_MS = Math.floor(clock.nowMs() / 10_000) * 10_000 - 60_000
const BED = '/api/beds/patient-1'
/** Of the risk, from a window that is stored with its parts. */
const RISK = { condition: 'risk:combined', onsetTimeMs: AT_MS, eventTimeMs: AT_MS + 10_000, windowStartMs: AT_MS }
const PART: ScorePart = { scorer: 'news2', version: '1', share: 0.4, score: 0.4, modalities: ['vitals'], findings: [] }

describe('the alerts of a bed', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigil-alerts-'))
  let archive: Archive
  let ward: WardUnderTest
  before(async () => {
    archive = await openArchive(defaultConfig({ dataDir }), clock, pino({ level: 'silent' }))
    const reading = vitals(AT_MS + 9_000)
    const window = prediction(AT_MS, { parts: [PART], missing: [{ input: 'pcg', reason: 'idle' }] })
    await archive.write({
      numerics: reading.numerics.map((numeric) => ({ reading, numeric })),
      windows: [window],
      predictions: [window],
      alerts: [alert('risk', 1, RISK)],
    })
    ward = await openWard({}, archiveHistory(archive))
    const acknowledged = { transition: 'acknowledged', presence: 'acknowledged', acknowledgedBy: 'nurse-1' } as const
    await ward.log.append([
      outbound('patient-context', context()),
      outbound('alerts', alert('risk', 1, RISK)),
      // Not stored yet: the log knows it first.
      outbound('alerts', alert('risk', 2, { ...RISK, ...acknowledged, eventTimeMs: AT_MS + 30_000 })),
    ])
    await until(async () => (await get<AlertView[]>('/api/alerts?limit=10')).body[0]?.presence === 'acknowledged')
  })
  after(async () => {
    await ward.close()
    await archive.close()
    rmSync(dataDir, { recursive: true })
  })

  const get = async <T>(path: string): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${ward.url}${path}`)
    return { status: response.status, body: (await response.json()) as T }
  }

  it('come by the stretch of time they lie in', async () => {
    const { body } = await get<StoredAlert[]>(`${BED}/alerts?from=${AT_MS - 1_000}&to=${AT_MS + 60_000}`)
    assert.deepEqual(
      body.map(({ alertId, endedTimeMs }) => [alertId, endedTimeMs]),
      [['risk', null]],
    )
    assert.deepEqual((await get(`${BED}/alerts?from=${AT_MS - 2_000}&to=${AT_MS - 1_000}`)).body, [])
    assert.equal((await get(`${BED}/alerts?from=5&to=4`)).status, 400)
  })

  it('each tells what happened to it, from the log and the archive once, and what it rested on', async () => {
    const { body } = await get<AlertDetail>(`${BED}/alerts/risk`)
    assert.deepEqual(
      body.transitions.map(({ transition, acknowledgedBy }) => [transition, acknowledgedBy]),
      [
        ['raised', null],
        ['acknowledged', 'nurse-1'],
      ],
    )
    assert.equal(body.alert.presence, 'acknowledged')
    assert.deepEqual(body.prediction?.parts, [PART])
    assert.deepEqual(body.prediction?.missing, [{ input: 'pcg', reason: 'idle' }])
    assert.ok(body.then.some(({ code, eventTimeMs }) => code === 'hr' && eventTimeMs === AT_MS + 9_000))
    assert.equal(body.archiveRead, true)
  })

  it('are told of their own patient only', async () => {
    const { status, body } = await get<{ code: string }>('/api/beds/patient-2/alerts/risk')
    assert.deepEqual([status, body.code], [404, 'ALERT_UNKNOWN'])
  })

  it('without an archive are told as far as the log goes; over time they are 503', async () => {
    const alone = await openWard()
    try {
      await alone.log.append([outbound('patient-context', context()), outbound('alerts', alert('risk', 1, RISK))])
      const ask = async (path: string): Promise<Response> => fetch(`${alone.url}${path}`)
      await until(async () => (await ask(`${BED}/alerts/risk`)).ok)
      const detail = (await (await ask(`${BED}/alerts/risk`)).json()) as AlertDetail
      assert.deepEqual([detail.archiveRead, detail.transitions.length, detail.prediction], [false, 1, null])
      assert.equal((await ask(`${BED}/alerts?from=1&to=2`)).status, 503)
      assert.equal((await ask(`${BED}/risk-trend?from=1&to=2`)).status, 503)
      assert.equal((await ask(`${BED}/alerts/other`)).status, 503)
    } finally {
      await alone.close()
    }
  })
})
