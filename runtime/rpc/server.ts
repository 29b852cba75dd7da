import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../base/log.ts'
import type { Readiness } from '../base/readiness.ts'
import { startedAt } from '../base/started-at.ts'
import type { Versions } from '../cache/versions.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import { type Failure, runtimeFailure } from '../contract/failure.ts'
import type { OutboxState } from '../events/undelivered-events.ts'
import { leaveConnections } from '../http/leave-connections.ts'
import { addCounts, type RequestCounts } from '../http/request-counts.ts'
import type { KnownPlacement, Moving } from '../topology/placement.ts'
import { readBody, sendFailure, sendJson, sendText } from './http-io.ts'
import { LoopDelay } from './loop-delay.ts'
import { Metrics } from './metrics.ts'
import { readPlacement } from './read-placement.ts'
import { serveCall, serveEvent, toFailure } from './serve.ts'
import { type Claims, TokenRefused, TokenVerifier } from './token-verifier.ts'
import { streamVersions } from './versions-stream.ts'

type PlacementHandle = Pick<KnownPlacement, 'version' | 'accept' | 'locate'>

export interface RpcServerOptions {
  dispatcher: Dispatcher
  versions: Versions
  /** The deployment's secret. */
  secret: string
  log: Log
  /** 0 for any free port. */
  port: number
  /** The address to bind. Default: loopback. */
  host?: string
  /** What `/status` says about this process. */
  about: { process: string; replica: number; version: string; artefact?: string[] | undefined }
  ready(): Promise<Readiness>
  /** The counts of the public port, which `/status` adds to its own. */
  publicRequests?: () => Readonly<RequestCounts>
  /** The state of the outboxes of this process, for `/status`. */
  outboxes?: () => Promise<(OutboxState & { module: string })[]>
  /** Modules that move into this process or out of it, for `/status`. */
  moving?: () => Moving
  /** The placement as this process knows it. Default: `/placement` is not served. */
  placement?: PlacementHandle
  /** How many calls and events may run in parallel; more are refused. Default: 256. */
  maxRunning?: number
  /** The delay of the event loop above which most new calls and events are refused. Default: 500. */
  maxLoopDelayMs?: number
}

const MAX_BODY_BYTES = 8 * 1024 * 1024
/** Longer than callers keep a connection, so that the server never closes one on which a request is being sent. */
const KEEP_ALIVE_MS = 75_000
/** The event loop may be late for reasons other than calls, so this many are always admitted. */
const ALWAYS_ADMITTED = 8
const TOKEN_REFUSED = { 'www-authenticate': 'Bearer error="invalid_token"' }

/** Serves the modules of this process to other processes, and only to them. The protocol is in `docs/protocol.md`. */
export class RpcServer {
  readonly metrics: Metrics
  readonly #options: RpcServerOptions
  readonly #server: Server
  readonly #tokens: TokenVerifier
  readonly #delay = new LoopDelay()
  readonly #streams = new Set<ServerResponse>()
  readonly #startedAt = startedAt()
  /** Each answer closes its connection. */
  #isLeaving = false
  /** New requests are refused. */
  #isClosing = false

  private constructor(options: RpcServerOptions) {
    this.#options = options
    this.#tokens = new TokenVerifier(options.secret)
    this.metrics = new Metrics(this.#delay)
    this.#server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: 64 * 1024 },
      (...exchange) => this.#receive(...exchange),
    )
  }

  /** Starts to serve. Throws when the port is in use. */
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
   * Accepts no new connections, and resolves when the running requests are answered, at the latest `graceMs` after
   * `lingerMs`. During `lingerMs` it still serves requests on open connections: callers may have sent them before they
   * learned the new placement. Later requests are refused as not executed.
   */
  async close({ lingerMs = 0, graceMs = 30_000 } = {}): Promise<void> {
    if (this.#isLeaving) return
    this.#isLeaving = true
    for (const stream of this.#streams) stream.end()
    const deadline = setTimeout(() => this.#server.closeAllConnections(), lingerMs + graceMs)
    const refuseAll = setTimeout(() => {
      this.#isClosing = true
    }, lingerMs)
    if (lingerMs === 0) this.#isClosing = true
    await leaveConnections(this.#server, lingerMs)
    clearTimeout(refuseAll)
    clearTimeout(deadline)
    this.#isClosing = true
    this.#delay.stop()
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    // Callers would send further requests on an open connection, which this process would refuse.
    if (this.#isLeaving) response.setHeader('connection', 'close')
    const { method, url = '/' } = request
    const served = method === 'POST' ? this.#post(url, request, response) : this.#get(url, request, response)
    if (served) return
    sendFailure(
      response,
      runtimeFailure('NOT_FOUND', 'Cannot find this path: it is not part of the protocol between processes'),
    )
  }

  /** Serves a POST request. Returns false when the path does not exist. */
  #post(url: string, request: IncomingMessage, response: ServerResponse): boolean {
    const [, area, module = '', method, more] = url.split('/')
    const { placement } = this.#options
    if (more !== undefined) return false
    if (area === 'rpc' && module && method) {
      this.#serve(request, response, `${module}.${method}`, module, method)
    } else if (area === 'events' && module && method === undefined) {
      this.#serve(request, response, `events:${module}`, module)
    } else if (url === '/placement' && placement) {
      this.#receivePlacement(request, response, placement)
    } else return false
    return true
  }

  /** Serves a GET request. Returns false when the path does not exist, and for other methods. */
  #get(url: string, request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET') return false
    const authenticate = (subject: string) => this.#authenticate(request, response, subject, '') !== undefined
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
        if (authenticate('status'))
          this.#status().then((status) => sendJson(response, 200, JSON.stringify(status)))
        return true
      case '/versions':
        if (authenticate('versions')) this.#stream(response)
        return true
      default:
        return false
    }
  }

  /** Serves a call, or an event when `method` is undefined. */
  #serve(
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
    let hasEnded = false
    // A request counts until its work ends, even when the caller has disconnected: it still uses the process.
    const end = (outcome: string, isFault: boolean) => {
      if (hasEnded) return
      hasEnded = true
      this.metrics.running--
      const hosted = this.#options.dispatcher.modules.get(module)
      const exists = method === undefined ? hosted !== undefined : hosted?.methods.has(method)
      // One name for all others, so that requests cannot create any number of series.
      this.metrics.count(exists ? subject : 'unknown', outcome, (performance.now() - began) / 1000, isFault)
    }
    request.once('close', () => {
      if (!request.complete) end('BROKEN_OFF', false)
    })
    // Before each answer: the server may have started to close since the request arrived.
    const closeIfLeaving = () => {
      if (this.#isLeaving) response.setHeader('connection', 'close')
    }
    const refuse = (failure: Failure) => {
      closeIfLeaving()
      sendFailure(response, failure)
      end(failure.code, failure.status >= 500)
    }
    readBody(request, MAX_BODY_BYTES, (body, tooLarge) => {
      const claims = tooLarge ? undefined : this.#authenticate(request, response, subject, body)
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
            closeIfLeaving()
            if (answer === undefined) response.writeHead(204).end()
            else sendJson(response, 200, answer)
            end('ok', false)
          },
          (error: unknown) => refuse(toFailure(error, subject, this.#options.log)),
        )
      }
    })
  }

  /** Returns the claims of the token. Otherwise refuses the request and returns undefined. */
  #authenticate(
    request: IncomingMessage,
    response: ServerResponse,
    subject: string,
    body: string | Buffer,
  ): Claims | undefined {
    const { authorization = '' } = request.headers
    try {
      if (!authorization.startsWith('Bearer ')) throw new TokenRefused('it is missing')
      return this.#tokens.verify(authorization.slice('Bearer '.length), subject, body)
    } catch (error) {
      if (!(error instanceof TokenRefused)) {
        sendFailure(response, toFailure(error, subject, this.#options.log))
        return undefined
      }
      const from = request.socket.remoteAddress
      this.#options.log.warn(
        { subject, from, reason: error.message },
        'request refused: its token is not valid',
      )
      const failure = runtimeFailure(
        'UNAUTHENTICATED',
        'Cannot accept the request: its token is not valid here',
      )
      sendFailure(response, failure, TOKEN_REFUSED)
      return undefined
    }
  }

  #isOverloaded(): boolean {
    const { maxRunning = 256, maxLoopDelayMs = 500 } = this.#options
    const { running } = this.metrics
    return (
      this.#isClosing ||
      running >= maxRunning ||
      (running >= ALWAYS_ADMITTED && this.#delay.lastMs > maxLoopDelayMs)
    )
  }

  #overloaded(): Failure {
    return runtimeFailure(
      'OVERLOADED',
      this.#isClosing
        ? 'Cannot accept the request: this process is shutting down'
        : 'Cannot accept the request: this process is overloaded',
      { retryAfterSeconds: 1 },
    )
  }

  #receivePlacement(request: IncomingMessage, response: ServerResponse, placement: PlacementHandle): void {
    readBody(request, MAX_BODY_BYTES, (body, tooLarge) => {
      const claims = tooLarge ? undefined : this.#authenticate(request, response, 'placement', body)
      if (tooLarge) sendFailure(response, tooLarge)
      if (!claims) return
      try {
        if (claims.iss === 'edge')
          throw runtimeFailure('FORBIDDEN', 'Cannot accept a placement from the edge')
        const state = readPlacement(body)
        placement.accept(state).then(
          () => response.writeHead(204).end(),
          (error: unknown) => sendFailure(response, toFailure(error, 'placement', this.#options.log)),
        )
      } catch (error) {
        sendFailure(response, toFailure(error, 'placement', this.#options.log))
      }
    })
  }

  #stream(response: ServerResponse): void {
    // An open stream would delay the shutdown until its end.
    if (this.#isLeaving) return void sendFailure(response, this.#overloaded())
    this.#streams.add(response)
    response.once('close', () => this.#streams.delete(response))
    const { versions, dispatcher } = this.#options
    streamVersions(response, versions, (module) => dispatcher.modules.has(module))
  }

  async #readiness(): Promise<Readiness> {
    if (this.#isLeaving) return { ready: false, reason: 'The process is shutting down' }
    try {
      return await this.#options.ready()
    } catch (error) {
      this.#options.log.error({ err: error }, 'cannot determine readiness')
      return { ready: false, reason: 'Internal error; see the log' }
    }
  }

  async #status(): Promise<object> {
    const { about, dispatcher, placement, publicRequests } = this.#options
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
      requests: addCounts({ total, failed, running }, ...(publicRequests ? [publicRequests()] : [])),
      memory: process.memoryUsage.rss(),
      placement: placement?.version ?? 0,
      ...this.#options.moving?.(),
      // Skipped without a database: a query on a database that hangs would delay this answer.
      outboxes: ready ? await this.#options.outboxes?.().catch(() => undefined) : undefined,
      ready,
      note: reason ?? note,
    }
  }
}
