import { z } from 'zod'
import { type Check, type Finding, broken, notKnown, ok, warning } from '../check.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { VigilError } from '../errors.ts'
import { isHttps } from '../public-url.ts'
import { proveAddress } from './free-address.ts'

type Settings = Pick<Config, 'host' | 'port' | 'token' | 'publicUrl'>

const ANSWER_MS = 3_000
const SHORT_TOKEN = 16
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/

/** What a running ward says of itself at /healthz. */
const healthz = z.object({
  status: z.string(),
  stages: z.array(z.object({ name: z.string(), state: z.string(), detail: z.string() })),
})

/** The dashboard's address: free, or held by a ward that runs already; and who may look at it. */
export function addressCheck(config: Settings, clock: Clock): Check {
  return { about: 'address', look: async (signal) => [...(await held(config, clock, signal)), ...admission(config)] }
}

async function held(config: Settings, clock: Clock, signal: AbortSignal): Promise<Finding[]> {
  const { host, port } = config
  try {
    await proveAddress(config)
    return [ok('address', port === 0 ? 'any free port' : `port ${port} on ${host} is free`)]
  } catch (error) {
    if (!(error instanceof VigilError)) throw error
    if (error.code !== 'PORT_BUSY') {
      const saw = `${host} port ${port} cannot be listened on`
      return [broken('address', saw, 'name an address of this machine in --host, and a port above 1023 in --port')]
    }
    const ward = await runningWard(config, clock, signal)
    if (ward !== null) return [ok('address', `port ${port} on ${host} is held by a running ward`), ...ward]
    const todo = `end what listens there, or take another port: --port ${port === 65_535 ? 8_081 : port + 1}`
    return [broken('address', `port ${port} on ${host} is taken by something that is no Vigil`, todo)]
  }
}

/** What the ward at this address says of its stages; null when what listens there is none. */
async function runningWard({ host, port }: Settings, clock: Clock, signal: AbortSignal): Promise<Finding[] | null> {
  const any = host === '0.0.0.0' || host === '::'
  const name = any ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const ending = new AbortController()
  const patience = clock.after(ANSWER_MS, () => ending.abort())
  try {
    const answer = await fetch(`http://${name}:${port}/healthz`, { signal: AbortSignal.any([ending.signal, signal]) })
    const read = healthz.safeParse(await answer.json())
    if (!read.success) return null
    const { status, stages } = read.data
    if (status === 'running') return [ok('ward', `all ${stages.length} stages run`)]
    const todo = 'what the stage says is the reason; its log says more'
    return stages
      .filter(({ state }) => state !== 'running')
      .map(({ name, state, detail }) => {
        if (state === 'starting') return notKnown('ward', `${name} is still starting: ${detail}`)
        const find = state === 'failed' ? broken : warning
        return find('ward', `${name} is ${state}: ${detail}`, todo)
      })
  } catch {
    return null
  } finally {
    patience.cancel()
  }
}

function admission({ host, token, publicUrl }: Settings): Finding[] {
  const isLocal = LOOPBACK.test(host)
  if (token !== '' && token.length < SHORT_TOKEN) {
    const todo = 'set --token (VIGIL_TOKEN) to 16 random characters or more, or leave it out and sign in with accounts'
    return [warning('token', `it has ${token.length} characters and can be guessed`, todo)]
  }
  if (!isLocal && token === '' && !isHttps(publicUrl)) {
    const saw = `${host} is reached from outside by http, where everyone on the way reads passwords and what is watched`
    const todo = 'put a proxy with https before it and name it in --public-url, or bind to 127.0.0.1'
    return [warning('token', saw, todo)]
  }
  const none = isLocal ? 'none; this machine gets in until there is an account' : 'none; people get in with accounts'
  return [ok('token', token === '' ? none : 'set')]
}
