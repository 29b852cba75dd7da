import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../base/log.ts'
import type { Readiness } from '../base/readiness.ts'
import { startedAt } from '../base/started-at.ts'
import type { Versions } from '../cache/versions.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { OutboxState } from '../events/kept-events.ts'
import { leaveConnections } from '../http/leave-connections.ts'
import { addCounts, type RequestCounts } from '../http/request-counts.ts'
import type { KnownPlacement, Moving } from '../topology/placement.ts'
import { readBody, sendFailure, sendJson, sendText } from './http-io.ts'
import { LoopDelay } from './loop-delay.ts'
import { Metrics } from './metrics.ts'
import { readPlacement } from './placement.ts'
import { asFailure, serveCall, serveEvent } from './serve.ts'
import { type Claims, TokenRefused, TokenVerifier } from './token-verifier.ts'
import { streamVersions } from './versions-stream.ts'

type Announced = Pick<KnownPlacement, 'version' | 'accept' | 'locate'>

export interface RpcServerOptions {
  dispatcher: Dispatcher
  versions: Versions
  /** The deployment's secret. */
  secret: string
  log: Log
  /** 0 takes a free one. */
  port: number
  /** The address to bind; loopback unless told. */
  host?: string
  /** Says of itself what `/status` tells. */
  about: { process: string; replica: number; version: string; artefact?: string[] | undefined }
  ready(): Promise<Readiness>
  /** Requests that this process serves elsewhere, on its public port: `/status` counts them too. */
  others?: () => Readonly<RequestCounts>
  /** How the outboxes here are, for `/status`. */
  outboxes?: () => Promise<(OutboxState & { module: string })[]>
  /** Modules on their way, for `/status`. */
  moving?: () => Moving
  /** Where modules are, as this process knows it; without it `/placement` is not served. */
  placement?: Announced
  /** Calls and events that run at once; more are refused. 256 unless told. */
  maxRunning?: number
  /** Lateness of the event loop, in milliseconds, above which most new ones are refused; 500 unless told. */
  maxLoopDelayMs?: number
}

const MAX_BODY_BYTES = 8 * 1024 * 1024
/** Longer than callers keep a connection, so that none is closed while a request is on its way. */
const KEEP_ALIVE_MS = 75_000
/** A late event loop may come of something else than calls, so a few are let in. */
const ALWAYS_LET_IN = 8
const TOKEN_REFUSED = { 'www-authenticate': 'Bearer error="invalid_token"' }

/** Serves the modules of this process to other processes, as `docs/protocol.md` says, and nothing to anybody else. */
export class RpcServer {
  readonly metrics: Metrics
  readonly #options: RpcServerOptions
  readonly #server: Server
  readonly #tokens: TokenVerifier
  readonly #delay = new LoopDelay()
  readonly #streams = new Set<ServerResponse>()
  readonly #startedAt = startedAt()
  /** Answers end their connections. */
  #leaving = false
  /** Nothing is served any more. */
  #closing = false

  private constructor(options: RpcServerOptions) {
    this.#options = options
    this.#tokens = new TokenVerifier(options.secret)
    this.metrics = new Metrics(this.#delay)
    this.#server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: 64 * 1024 },
      (...exchange) => this.#receive(...exchange),
    )
  }

  /** Starts to serve. Throws when the port is taken. */
  static async open(options: RpcServerOptions): Promise<RpcServer> {
    const server = new RpcServer(options)
    server.#server.listen(options.port, options.host ?? '127.0.0.1')
    try {
      await once(server.#server, 'listening')
    } catch (error) {
      server.#delay.stop()
      throw error
    }
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /**
   * Takes no new connections, and ends when what runs has been answered, or after `graceMs` at the latest. For `lingerMs`
   * it still serves what comes on connections that are there: their callers may have sent it before they were told to
   * go elsewhere. What comes later is refused as not executed.
   */
  async close({ lingerMs = 0, graceMs = 30_000 } = {}): Promise<void> {
    if (this.#leaving) return
    this.#leaving = true
    for (const stream of this.#streams) stream.end()
    const deadline = setTimeout(() => this.#server.closeAllConnections(), lingerMs + graceMs)
    const refuseAll = setTimeout(() => {
      this.#closing = true
    }, lingerMs)
    if (lingerMs === 0) this.#closing = true
    await leaveConnections(this.#server, lingerMs)
    clearTimeout(refuseAll)
    clearTimeout(deadline)
    this.#closing = true
    this.#delay.stop()
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    // A connection that stays open would get requests that nobody serves any more.
    if (this.#leaving) response.setHeader('connection', 'close')
    const { method, url = '/' } = request
    const served = method === 'POST' ? this.#post(url, request, response) : this.#get(url, request, response)
    if (served) return
    sendFailure(
      response,
      runtimeFailure('NOT_FOUND', 'Cannot find this: it is not part of the protocol between processes'),
    )
  }

  /** Answers whether there is such a thing. */
  #post(url: string, request: IncomingMessage, response: ServerResponse): boolean {
    const [, area, module = '', method, more] = url.split('/')
    const { placement } = this.#options
    if (more !== undefined) return false
    if (area === 'rpc' && module && method) {
      this.#work(request, response, `${module}.${method}`, module, method)
    } else if (area === 'events' && module && method === undefined) {
      this.#work(request, response, `events:${module}`, module)
    } else if (url === '/placement' && placement) {
      this.#place(request, response, placement)
    } else return false
    return true
  }

  #get(url: string, request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET') return false
    const isSignedFor = (subject: string) => this.#authenticated(request, response, subject, '') !== undefined
    switch (url) {
      case '/health/live':
        sendJson(response, 200, '{"live":true}')
        return true
      case '/health/ready':
        this.#readiness().then((state) => sendJson(response, state.ready ? 200 : 503, JSON.stringify(state)))
        return true
      case '/metrics':
        sendText(response, 'text/plain; version=0.0.4; charset=utf-8', this.metrics.write())
        return true
      case '/status':
        if (isSignedFor('status'))
          this.#status().then((status) => sendJson(response, 200, JSON.stringify(status)))
        return true
      case '/versions':
        if (isSignedFor('versions')) this.#stream(response)
        return true
      default:
        return false
    }
  }

  /** A call, or an event when `method` is undefined. */
  #work(
    request: IncomingMessage,
    response: ServerResponse,
    subject: string,
    module: string,
    method?: string,
  ): void {
    if (this.#isOverloaded()) {
      this.#options.log.warn({ subject, running: this.metrics.running }, 'request shed')
      sendFailure(response, this.#overloaded())
      return
    }
    const began = performance.now()
    this.metrics.running++
    let open = true
    // Also when the caller has left: what runs for nobody uses the process all the same, so it counts until it ends.
    const end = (outcome: string, isFault: boolean) => {
      if (!open) return
      open = false
      this.metrics.running--
      const known = method === undefined || this.#options.dispatcher.modules.get(module)?.methods.has(method)
      const isHere = known && this.#options.dispatcher.modules.has(module)
      this.metrics.count(isHere ? subject : 'unknown', outcome, (performance.now() - began) / 1000, isFault)
    }
    request.once('close', () => {
      if (!request.complete) end('BROKEN_OFF', false)
    })
    // Before each answer, because it may have begun to close in between.
    const lastOne = () => {
      if (this.#leaving) response.setHeader('connection', 'close')
    }
    const refuse = (failure: Failure) => {
      lastOne()
      sendFailure(response, failure)
      end(failure.code, failure.status >= 500)
    }
    readBody(request, MAX_BODY_BYTES, (body, tooLarge) => {
      const claims = tooLarge ? undefined : this.#authenticated(request, response, subject, body)
      if (tooLarge) refuse(tooLarge)
      else if (!claims) end('UNAUTHENTICATED', false)
      else {
        const { headers } = request
        const served =
          method === undefined
            ? serveEvent(this.#options, module, body)
            : serveCall(this.#options, { module, method, claims, body, headers })
        served.then(
          (answer) => {
            lastOne()
            if (answer === undefined) response.writeHead(204).end()
            else sendJson(response, 200, answer)
            end('ok', false)
          },
          (error: unknown) => refuse(asFailure(error, subject, this.#options.log)),
        )
      }
    })
  }

  /** What the request's token says; otherwise it has been refused. */
  #authenticated(
    request: IncomingMessage,
    response: ServerResponse,
    subject: string,
    body: string | Buffer,
  ): Claims | undefined {
    const { authorization = '' } = request.headers
    try {
      if (!authorization.startsWith('Bearer ')) throw new TokenRefused('there is none')
      return this.#tokens.verify(authorization.slice('Bearer '.length), subject, body)
    } catch (error) {
      if (!(error instanceof TokenRefused)) {
        sendFailure(response, asFailure(error, subject, this.#options.log))
        return undefined
      }
      const from = request.socket.remoteAddress
      this.#options.log.warn(
        { subject, from, reason: error.message },
        'request refused: its token does not count',
      )
      const failure = runtimeFailure(
        'UNAUTHENTICATED',
        'Cannot take the request: its token does not count here',
      )
      sendFailure(response, failure, TOKEN_REFUSED)
      return undefined
    }
  }

  #isOverloaded(): boolean {
    const { maxRunning = 256, maxLoopDelayMs = 500 } = this.#options
    const { running } = this.metrics
    return (
      this.#closing ||
      running >= maxRunning ||
      (running >= ALWAYS_LET_IN && this.#delay.lastMs > maxLoopDelayMs)
    )
  }

  #overloaded(): Failure {
    return runtimeFailure(
      'OVERLOADED',
      this.#closing
        ? 'Cannot take the request: this process is shutting down'
        : 'Cannot take the request: this process has as much to do as it can',
      { retryAfterSeconds: 1 },
    )
  }

  #place(request: IncomingMessage, response: ServerResponse, placement: Announced): void {
    readBody(request, MAX_BODY_BYTES, (body, tooLarge) => {
      const claims = tooLarge ? undefined : this.#authenticated(request, response, 'placement', body)
      if (tooLarge) sendFailure(response, tooLarge)
      if (!claims) return
      try {
        if (claims.iss === 'edge') throw runtimeFailure('FORBIDDEN', 'Cannot place modules as the edge')
        const state = readPlacement(body)
        placement.accept(state).then(
          () => response.writeHead(204).end(),
          (error: unknown) => sendFailure(response, asFailure(error, 'placement', this.#options.log)),
        )
      } catch (error) {
        sendFailure(response, asFailure(error, 'placement', this.#options.log))
      }
    })
  }

  #stream(response: ServerResponse): void {
    // It would keep its connection, and the process, until the last moment.
    if (this.#leaving) return void sendFailure(response, this.#overloaded())
    this.#streams.add(response)
    response.once('close', () => this.#streams.delete(response))
    const { versions, dispatcher } = this.#options
    streamVersions(response, versions, (module) => dispatcher.modules.has(module))
  }

  async #readiness(): Promise<Readiness> {
    if (this.#leaving) return { ready: false, reason: 'The process is shutting down' }
    try {
      return await this.#options.ready()
    } catch (error) {
      this.#options.log.error({ err: error }, 'readiness cannot be told')
      return { ready: false, reason: 'Something is wrong inside; the log tells more' }
    }
  }

  async #status(): Promise<object> {
    const { about, dispatcher, placement, others } = this.#options
    const { total, failed, running } = this.metrics
    const { ready, reason, note } = await this.#readiness()
    const modules = Object.fromEntries(
      [...dispatcher.modules].map(([name, { definition }]) => [
        name,
        { contract: definition.contract.version },
      ]),
    )
    return {
      ...about,
      pid: process.pid,
      startedAt: this.#startedAt,
      modules,
      requests: addCounts({ total, failed, running }, ...(others ? [others()] : [])),
      memory: process.memoryUsage.rss(),
      placement: placement?.version ?? 0,
      ...this.#options.moving?.(),
      // Without its database a process has other things to say, and one that hangs would keep this answer back
      outboxes: ready ? await this.#options.outboxes?.().catch(() => undefined) : undefined,
      ready,
      note: reason ?? note,
    }
  }
}
