import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Finding } from '../src/check.ts'
import { SystemClock } from '../src/clock.ts'
import { defaultConfig } from '../src/config.ts'
import { examine, runDoctor } from '../src/doctor.ts'
import { STAGES } from '../src/stage.ts'
import { assertHealthy } from './support/findings.ts'

const clock = new SystemClock()
const root = mkdtempSync(join(tmpdir(), 'vigil-doctor-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** What `vigil doctor` prints and ends with. */
async function doctor(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const code = await runDoctor(['--data', join(root, 'data'), '--port', '0', ...args], {}, clock, (line) =>
    lines.push(line),
  )
  return { code, lines }
}

describe('vigil doctor', () => {
  it('finds nothing wrong before the first start, and makes nothing', async () => {
    const dataDir = join(root, 'first')
    // Whether the web app is built is another test's.
    const stages = STAGES.filter((stage) => stage !== 'watch')
    const findings = await examine(defaultConfig({ dataDir, stages, logRetentionBytes: 1e6 }), clock)
    assertHealthy(findings)
    assert.ok(!existsSync(dataDir))
  })

  it('names a dead broker, says what to do below it, claims nothing of what it cannot see, and ends with 1', async () => {
    const { code, lines } = await doctor('--kafka-brokers', '127.0.0.1:1')
    assert.equal(code, 1)
    const at = lines.findIndex((line) => /^broken +broker +127\.0\.0\.1:1 refuses connections$/.test(line))
    assert.match(lines[at + 1] ?? '', /^ +→ start Kafka there/)
    assert.ok(lines.some((line) => /^not known +topics +no broker answers$/.test(line)))
    assert.match(lines.at(-1) ?? '', /^broken: broker/)
  })

  it('names a broker whose name is not known, and what a name of docker compose means', async () => {
    const { code, lines } = await doctor('--kafka-brokers', 'no-such-broker:9092')
    assert.equal(code, 1)
    assert.match(
      lines.join('\n'),
      /no-such-broker:9092: the name is not known here\n +→ run this inside docker compose/,
    )
  })

  it('names every setting that is wrong, and looks at nothing', async () => {
    const { code, lines } = await doctor('--partitions', '0', '--stages', 'jion')
    assert.equal(code, 1)
    assert.match(lines.join('\n'), /broken +settings +--partitions is a whole number/)
  })

  it('says the same to a machine', async () => {
    const { code, lines } = await doctor('--kafka-brokers', '127.0.0.1:1', '--json')
    const said = JSON.parse(lines.join('\n')) as { standing: string; findings: Finding[] }
    assert.equal(code, 1)
    assert.equal(said.standing, 'broken')
    const broker = said.findings.find(({ about }) => about === 'broker')
    assert.deepEqual({ standing: broker?.standing, todo: typeof broker?.todo }, { standing: 'broken', todo: 'string' })
  })

  it('says no password and no token', async () => {
    const secrets = ['--database-url', 'postgres://someone:hush1@127.0.0.1:1/ward', '--token', 'hush2']
    const { code, lines } = await doctor(...secrets)
    assert.equal(code, 1)
    assert.match(lines.join('\n'), /127\.0\.0\.1:1\/ward refuses/)
    assert.match(lines.join('\n'), /it has 5 characters/)
    assert.doesNotMatch(lines.join('\n'), /hush|someone/)
  })
})

describe('vigil doctor before what listens and never answers', () => {
  const sockets = new Set<Socket>()
  let silent: Server
  let port = 0
  before(async () => {
    silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    port = (silent.address() as AddressInfo).port
  })
  after(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })

  it('ends at its deadline and names what hangs', async () => {
    const config = defaultConfig({
      dataDir: join(root, 'data'),
      kafkaBrokers: [`127.0.0.1:${port}`],
      databaseUrl: `postgres://someone:hush@127.0.0.1:${port}/ward`,
      port,
    })
    const startedMs = clock.monotonicMs()
    const findings = await examine(config, clock, 1_000)
    const tookMs = clock.monotonicMs() - startedMs
    assert.ok(tookMs < 8_000, `${tookMs} ms`)
    for (const name of ['broker', 'database', 'address']) {
      const found = findings.find(({ about }) => about === name)
      assert.match(found?.saw ?? '', /no answer in 1 s/, name)
      assert.equal(found?.standing, 'broken')
    }
  })

  it('says of a silent broker and a silent port what they are, where there is time', async () => {
    const config = defaultConfig({ dataDir: join(root, 'data'), kafkaBrokers: [`127.0.0.1:${port}`], port, models: [] })
    const findings = await examine({ ...config, stages: ['join', 'predict', 'watch'] }, clock)
    const saw = (name: string): string => findings.find(({ about }) => about === name)?.saw ?? ''
    assert.match(saw('broker'), /listens, but does not answer as Kafka/)
    assert.match(saw('groups'), /no broker answers/)
    assert.match(saw('address'), /taken by something that is no Vigil/)
  })
})
