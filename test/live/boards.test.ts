import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { io } from 'socket.io-client'
import { defaultConfig } from '../../src/config.ts'
import { ENCODE, outbound } from '../../src/ingest/outbound.ts'
import { type Pipeline, startPipeline } from '../../src/pipeline.ts'
import type { Database } from '../../src/store/database.ts'
import { openPgliteDatabase } from '../../src/store/pglite-database.ts'
import type { AlertView } from '../../src/watch/events.ts'
import { boardQueries, expandedPromQl, expandedSql, GRAFANA } from '../support/grafana-boards.ts'
import { withoutPrometheus } from '../support/prerequisites.ts'
import { readingOf } from '../support/readings.ts'
import { alert } from '../store/records.ts'
import { PrometheusServer, type Series } from './prometheus-server.ts'
import { clock, eventually, type Screen, temporaryFolder } from './ward-process.ts'

const PATIENT = 'demo-late'
/** Each begins some seconds after the one before: then alerts come one after the other, and a scrape that fails misses one. */
const FAST_PATIENTS = [PATIENT, 'demo-late-2', 'demo-late-3', 'demo-late-4']
const APART_MS = 4_000
const WINDOW_MS = 5_000
const RATE_INTERVAL_S = 10
const TOO_FAST = [{ code: 'hr', value: 250, unit: '/min', validity: 'valid' as const }]
const QUERIES = boardQueries()

/** About a minute: a ward runs until each thing the boards ask for has happened once. */
describe('the Grafana boards on a live ward', { skip: withoutPrometheus() }, () => {
  const dataDir = temporaryFolder()
  let pipeline: Pipeline
  let prometheus: PrometheusServer
  let fromMs = 0

  before(async () => {
    const config = defaultConfig({
      ...{ dataDir, port: 0, demo: 'on', demoBeds: 4, recordingsDir: 'none', windowSizeMs: WINDOW_MS },
    })
    pipeline = await startPipeline(config, clock, pino({ level: 'silent' }))
    fromMs = clock.nowMs()
    prometheus = await PrometheusServer.start((pipeline.address() ?? '').replace('http://', ''))
    await happenings(pipeline)
  })
  after(async () => {
    await pipeline.stop()
    await prometheus.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  for (const { where, target } of QUERIES) {
    const { expr } = target
    if (expr === undefined) continue
    it(`have numbers for ${where}`, async () => {
      const promQl = expandedPromQl(expr, RATE_INTERVAL_S)
      await eventually(promQl, 20_000, async () => {
        const found =
          target.instant === true
            ? await prometheus.query(promQl)
            : await prometheus.queryRange(promQl, fromMs, clock.nowMs(), 1)
        return found.some(hasNumber)
      })
    })
  }

  it('are told in the rules only of what is measured, and no rule fires on a ward that is well', async () => {
    const rules = await prometheus.rules()
    assert.ok(rules.length >= 6)
    for (const { name, query, health, state, lastError = '' } of rules) {
      assert.equal(health, 'ok', `${name}: ${lastError}`)
      assert.notEqual(state, 'firing', name)
      for (const metric of new Set(query.match(/\b(?:vigil_\w+|up)\b/g)))
        assert.ok((await prometheus.query(`{__name__="${metric}"}`)).length > 0, `${name} asks for ${metric}`)
    }
  })

  it('see the lag of every consumer group, and it is small', async () => {
    const lags = await prometheus.query('sum by (group) (vigil_consumer_lag_records)')
    assert.deepEqual(lags.map(({ metric }) => metric['group']).sort(), ['vigil-join', 'vigil-raise', 'vigil-store'])
    // Two windows of twelve feeds a second, and what came since the last commit.
    for (const { metric, values } of lags) assert.ok(Number(values[0]?.[1]) < 1_000, JSON.stringify({ metric, values }))
  })

  it('have no patient, bed, feed or device in any series', async () => {
    const text = await pipeline.metrics.render()
    for (const word of ['demo', 'monitor', PATIENT, 'Bed ', 'icu']) assert.ok(!text.includes(word), word)
  })

  describe('and on its database', () => {
    let database: Database
    before(async () => {
      await pipeline.stop()
      database = await openPgliteDatabase(join(dataDir, 'archive'), clock)
      const made = await database.script(`${roleSql()}; set role grafana;`)
      assert.ok(made.ok, made.ok ? '' : made.message)
    })
    after(() => database.close())

    for (const { where, target } of QUERIES) {
      const { rawSql } = target
      if (rawSql === undefined) continue
      it(`have rows for ${where}`, async () => {
        const range = { fromMs: fromMs - 60_000, toMs: clock.nowMs(), intervalS: 10, mode: 'demo' }
        const answer = await database.query(expandedSql(rawSql, range), [])
        assert.ok(answer.ok, answer.ok ? '' : answer.message)
        const rows = answer.rows as Record<string, unknown>[]
        const says = (row: Record<string, unknown>): boolean =>
          Object.entries(row).some(([column, value]) => column !== 'time' && value !== null)
        assert.ok(rows.some(says), `${rows.length} rows: ${rawSql}`)
      })
    }

    it('read it in a role that cannot write', async () => {
      for (const sql of [
        "insert into contexts values ('p', now(), 1, true)",
        'delete from alerts',
        'drop table audit',
      ]) {
        const answer = await database.query(sql, [])
        assert.ok(!answer.ok, sql)
        assert.match(answer.sqlstate, /^(42501|25006)$/, answer.message)
      }
    })

    it('are told that the ward is down once it is', async () => {
      await eventually('VigilWardDown', 20_000, async () => {
        const rule = (await prometheus.rules()).find(({ name }) => name === 'VigilWardDown')
        return rule !== undefined && rule.state !== 'inactive'
      })
    })
  })
})

describe('the alert rules', { skip: withoutPrometheus() }, () => {
  for (const [what, ...file] of [
    ['config', 'prometheus.yml'],
    ['rules', 'alert-rules.yml'],
  ] as const)
    it(`are taken by promtool as ${what}`, () => {
      const { status, stderr } = spawnSync('promtool', ['check', what, join(GRAFANA, 'prometheus', ...file)], {
        encoding: 'utf8',
      })
      assert.equal(status, 0, stderr)
    })

  it('come for what they are about, and not on a ward that is well', () => {
    const file = join(GRAFANA, 'prometheus', 'alert-rules.test.yml')
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
    assert.equal(status, 0, `${stdout}${stderr}`)
  })
})

/** What a demo ward alone does not do in its first minute: refused and late records, an alert of the risk, people's answers. */
async function happenings(pipeline: Pipeline): Promise<void> {
  const address = pipeline.address() ?? ''
  await eventually('health', 60_000, async () => (await fetch(`${address}/healthz`)).status === 200)
  const screen: Screen = io(address, { transports: ['websocket'], reconnection: false })
  const alerts = new Map<string, AlertView>()
  screen.on('alert', (view) => alerts.set(view.id, view))
  const seen = await screen.emitWithAck('watch', {})
  assert.ok(seen.ok)
  for (const view of seen.ward.beds.flatMap((bed) => bed.alerts)) alerts.set(view.id, view)
  await eventually('windows', 60_000, async () => {
    const closed = (await pipeline.metrics.windowsClosed.get()).values[0]?.value ?? 0
    return closed >= 12 && [...alerts.values()].some(({ presence }) => presence === 'on')
  })
  const standing = [...alerts.values()].find(({ presence }) => presence === 'on')
  assert.ok(standing !== undefined)
  assert.ok((await screen.emitWithAck('label', { alertId: standing.alertId, label: 'accepted' })).ok)
  assert.ok((await screen.emitWithAck('acknowledge', { alertId: standing.alertId })).ok)

  const nowMs = clock.nowMs()
  const at = (eventTimeMs: number, sequence: number, patientId = PATIENT) =>
    ENCODE.reading(readingOf({ patientId, eventTimeMs, sequence, numerics: TOO_FAST }))
  await pipeline.log.append([at(nowMs, 1)])
  const garbage = { topic: 'vitals', key: PATIENT, value: Buffer.from('garbage') }
  const countLate = async (): Promise<number> => (await pipeline.metrics.lateReadings.get()).values[0]?.value ?? 0
  const lateBefore = await countLate()
  const alertedBefore = await countOf(pipeline.metrics.alertLatencyMs)
  // Its window closes by what follows, and what comes then for it is late; after a while each heart rate is an alert.
  await eventually('late readings and limit alerts', 60_000, async () => {
    const begun = FAST_PATIENTS.filter((_, index) => clock.nowMs() >= nowMs + index * APART_MS)
    const fast = begun.map((patientId) => at(clock.nowMs(), clock.nowMs(), patientId))
    await pipeline.log.append([...fast, at(nowMs - WINDOW_MS, clock.nowMs()), garbage])
    await clock.sleep(900)
    // Several, so that Prometheus sees them come, whenever it looks.
    const alerted = (await countOf(pipeline.metrics.alertLatencyMs)) - alertedBefore
    return (await countLate()) > lateBefore + 3 && alerted >= FAST_PATIENTS.length
  })
  const risk = { condition: 'risk:combined', transition: 'raised', generationMode: 'demo' } as const
  await pipeline.log.append([outbound('alerts', alert(PATIENT, 1, clock.nowMs(), risk))])
  await eventually('all rows', 20_000, async () => {
    const { values } = await pipeline.metrics.rowsStored.get()
    const stored = (table: string) => values.find(({ labels }) => labels.table === table)?.value ?? 0
    const alertRows = await fetch(`${address}/api/alerts?limit=10`).then(
      (response) => response.json() as Promise<object[]>,
    )
    return stored('dead_letters') > 0 && stored('late_readings') > 0 && stored('audit') >= 2 && alertRows.length > 0
  })
  screen.disconnect()
}

/** What the compose file has the database do as it begins. */
function roleSql(): string {
  const script = readFileSync(join(GRAFANA, 'read-only-role.sh'), 'utf8')
  const sql = /<<'SQL'\n([^]*)\nSQL/.exec(script)?.[1]
  assert.ok(sql !== undefined)
  return sql.replace(":'password'", "'any'")
}

async function countOf(histogram: Pipeline['metrics']['alertLatencyMs']): Promise<number> {
  const { values } = await histogram.get()
  return values.find(({ metricName }) => metricName?.endsWith('_count') === true)?.value ?? 0
}

function hasNumber({ values }: Series): boolean {
  return values.some(([, value]) => Number.isFinite(Number(value)))
}
