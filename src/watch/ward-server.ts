import { join } from 'node:path'
import { fastify, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { Server } from 'socket.io'
import type { Clock } from '../clock.ts'
import { type Config, PACKAGE_ROOT } from '../config.ts'
import type { Metrics } from '../metrics.ts'
import { type Access, bearerToken } from './access.ts'
import type { ClientEvents, ServerEvents } from './events.ts'
import { bindFailure } from './free-address.ts'
import type { Guard } from './guard.ts'
import { httpDoors } from './http-doors.ts'
import { inOneWrite } from './one-write.ts'
import { refusal } from './refusal.ts'
import { hostAllowed, originAllowed } from './same-origin.ts'
import { type Connection, ScreenPressure } from './screen-pressure.ts'
import { securityHeaders } from './security-headers.ts'
import { webApp } from './web-app.ts'
import { Broadcast, type ScreenData, type WardServer, type WardSocket } from './broadcast.ts'

interface WardServerOptions {
  config: Config
  clock: Clock
  metrics: Metrics
  logger: Logger
  access: Access
  guard: Guard
  /** The built web app; where the package has it unless said otherwise. */
  appFolder?: string | undefined
  onScreen: (socket: WardSocket, pressure: ScreenPressure) => void
}

/** What a screen may send in one message: commands are small. */
const MESSAGE_BYTES = 64 * 1024
const BODY_BYTES = 64 * 1024

/** One HTTP server with the web app, the API and the sockets; the routes are hung in by who builds it. */
export class WardHttpServer {
  readonly http: FastifyInstance
  readonly broadcast: Broadcast
  readonly #io: WardServer
  readonly #options: WardServerOptions

  constructor(options: WardServerOptions) {
    const { config, metrics, logger, guard } = options
    const { host: boundHost, publicUrl } = config
    this.#options = options
    // A proxy on this machine says whom it asks for; nobody else is believed.
    const trustProxy = publicUrl === '' ? false : 'loopback'
    this.http = fastify({ logger: false, bodyLimit: BODY_BYTES, forceCloseConnections: true, trustProxy })
    securityHeaders(this.http, publicUrl)
    httpDoors(this.http, { boundHost, publicUrl, guard, logger })
    this.#io = new Server<ClientEvents, ServerEvents, Record<string, never>, ScreenData>(this.http.server, {
      serveClient: false,
      maxHttpBufferSize: MESSAGE_BYTES,
      connectTimeout: 10_000,
      allowRequest: ({ headers: { host, origin } }, decide) =>
        decide(null, hostAllowed(boundHost, host, publicUrl) && originAllowed({ host, origin })),
    })
    this.broadcast = new Broadcast(this.#io, metrics)
    this.#io.use((socket, next) => next(this.#refused(socket)))
    this.#io.on('connection', (socket) => this.#connected(socket))
  }

  get screens(): number {
    return this.#io.sockets.sockets.size
  }

  /** Throws PORT_BUSY, or SETTING_INVALID for an address that is not this machine's or not allowed. */
  async listen(): Promise<void> {
    const { config, appFolder = join(PACKAGE_ROOT, 'dashboards/dist') } = this.#options
    const { host, port } = config
    await webApp(this.http, appFolder)
    try {
      await this.http.listen({ host, port })
    } catch (error) {
      throw bindFailure(error, { host, port })
    }
  }

  /** Where a person finds the dashboard, once it listens. */
  address(): string {
    const address = this.http.server.address()
    if (address === null || typeof address === 'string') return ''
    const { host } = this.#options.config
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
    return `http://${name}:${address.port}`
  }

  async close(): Promise<void> {
    this.#io.disconnectSockets(true)
    this.#io.engine.close()
    await this.http.close()
  }

  #refused(socket: WardSocket): Error | undefined {
    const { auth, headers } = socket.handshake
    const given: unknown = auth['token']
    const token = typeof given === 'string' ? given : bearerToken(headers.authorization)
    const identity = this.#options.access.identify({ cookie: headers.cookie, token })
    if (identity !== null) {
      socket.data.identity = identity
      return undefined
    }
    const { code, message } = refusal('UNAUTHORISED')
    return Object.assign(new Error(message), { data: { code, message } })
  }

  #connected(socket: WardSocket): void {
    const { clock, metrics, onScreen } = this.#options
    inOneWrite(socket.conn)
    const pressure = new ScreenPressure(
      socket.conn as Connection,
      clock,
      (slow) => this.broadcast.slow(socket.id, slow),
      () => socket.disconnect(true),
    )
    metrics.screens.set(this.screens)
    socket.on('disconnect', () => {
      this.broadcast.slow(socket.id, false)
      metrics.screens.set(this.screens)
    })
    onScreen(socket, pressure)
  }
}
