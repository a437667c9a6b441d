import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PeerBroker {
  address: string
  /** the end of what it wrote to its log */
  lastWords(): string
  stop(): void
}

/** The peer's own broker, as its script starts it, on free ports and data of its own. Needs Java 17 and Maven. */
export async function startPeerBroker(peerFolder: string): Promise<PeerBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-broker-'))
  const script = join(folder, 'script')
  const work = join(folder, 'work')
  cpSync(join(peerFolder, '../kafka-broker'), script, { recursive: true })
  const properties = join(script, 'server.properties')
  const [port, controllerPort] = await freePorts(2)
  const ours = readFileSync(properties, 'utf8')
    .replaceAll('19092', String(port))
    .replaceAll('19093', String(controllerPort))
  writeFileSync(properties, ours)
  const stop = (): void => {
    const pidFile = join(work, 'broker.pid')
    if (existsSync(pidFile)) killQuietly(Number(readFileSync(pidFile, 'utf8')))
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  process.once('exit', stop)
  await runToEnd('bash', [join(script, 'start.sh'), work], folder)
  const lastWords = (): string => readFileSync(join(work, 'server.log'), 'utf8').slice(-1_000)
  return { address: `127.0.0.1:${port}`, lastWords, stop }
}

/** Runs a program and resolves with what it printed; rejects with its last words when it fails. */
export function runToEnd(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    let complained = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained = (complained + text).slice(-2_000)))
    child.once('error', reject)
    // Not close: the broker that the script leaves behind may hold its pipes.
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(printed)
      else reject(new Error(`${program} ended with ${signal ?? code ?? '?'}: ${printed.slice(-500)}${complained}`))
    })
  })
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer()
      await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve))
      return probe
    }),
  )
  const ports = probes.map((probe) => {
    const address = probe.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  return ports
}
