import type { Log } from '../base/log.ts'
import type { Readiness } from '../base/readiness.ts'
import type { Versions } from '../cache/versions.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { OutboxState } from '../events/undelivered-events.ts'
import type { RequestCounts } from '../http/request-counts.ts'
import type { RemoteTransport } from '../rpc/client.ts'
import type { RpcServer } from '../rpc/server.ts'
import type { VersionsReader } from '../rpc/versions-reader.ts'
import type { KnownPlacement, Moving } from '../topology/placement.ts'
import { bundledModules } from './modules.ts'
import type { HandoverOptions, NetworkSettings } from './shop-options.ts'
import { VERSION } from './version.ts'

export interface NetworkOptions extends NetworkSettings {
  dispatcher: Dispatcher
  versions: Versions
  /** Modules on whose commits cached answers depend. */
  cached: ReadonlySet<string>
  /** Modules that the modules of this process call. */
  needed: ReadonlySet<string>
  /** The deployment's secret. */
  secret: string
  log: Log
  /** The faults to inject: the value of `PANDO_FAULTS`. */
  faults: string | undefined
  /** The name of this process. */
  name: string
}

type Rpc = typeof import('../rpc/index.ts')

/** The connection of this process to the other processes: its calls to them, and the server of its internal port. */
export class Network {
  readonly placement: KnownPlacement
  /** The origin at which the others call this process; undefined when it only calls others. */
  readonly origin: string | undefined
  readonly #options: NetworkOptions
  readonly #rpc: Rpc
  readonly #transport: RemoteTransport
  readonly #reader: VersionsReader
  readonly #reachability: InstanceType<Rpc['ReachabilityCheck']>
  #server: RpcServer | undefined

  private constructor(options: NetworkOptions, rpc: Rpc) {
    const { dispatcher, cached, needed, versions, placement, serve, secret, log, faults, name } = options
    const locate = (module: string) => placement.locate(module)
    this.#options = options
    this.#rpc = rpc
    this.placement = placement
    this.origin = serve?.origin
    this.#transport = new rpc.RemoteTransport({
      secret,
      locate,
      acceptMove: (version, modules) => placement.acceptMove(version, modules),
      ownOrigin: serve?.origin,
      log,
      faults: serve && faults ? new rpc.Faults(rpc.parseFaults(faults), name, log) : undefined,
    })
    this.#reader = new rpc.VersionsReader({
      secret,
      modules: () => [...dispatcher.remote.keys()].filter((module) => cached.has(module)),
      locate,
      changed: (modules) => versions.changed(modules),
      log,
    })
    this.#reachability = new rpc.ReachabilityCheck({
      needed: () => [...dispatcher.remote.keys()].filter((module) => needed.has(module)),
      locate,
      secret,
    })
  }

  /** Opens the connection. Imports the code on demand: most shops have one process and do not need it. */
  static async open(options: NetworkOptions): Promise<Network> {
    const network = new Network(options, await import('../rpc/index.ts'))
    network.#reader.start()
    return network
  }

  /** Sends calls to a module to the process of its placement. */
  callRemotely(module: string): void {
    this.#options.dispatcher.remote.set(module, this.#transport)
  }

  /** Applies the current placement to connections at once, not only with the next call. */
  applyPlacement(): void {
    this.#transport.relocate()
    this.#reader.update()
  }

  /** Opens the server of the internal port, if this process has one. */
  async serve(serving: {
    ready(): Promise<Readiness>
    publicRequests(): Readonly<RequestCounts>
    moving(): Moving
    outboxes(): Promise<(OutboxState & { module: string })[]>
  }): Promise<void> {
    const { serve, dispatcher, versions, secret, log, placement } = this.#options
    if (!serve) return
    this.#reachability.start()
    this.#server = await this.#rpc.RpcServer.open({
      dispatcher,
      versions,
      secret,
      log,
      port: serve.port,
      host: serve.host,
      about: {
        process: serve.process,
        replica: serve.replica,
        version: VERSION,
        artefact: bundledModules(),
      },
      placement,
      ...serving,
    })
  }

  /**
   * The needed modules that have never answered. `reason`: those without which this process is not ready. `note`: all
   * of them.
   */
  get unreached(): Pick<Readiness, 'reason' | 'note'> {
    const { problem, note } = this.#reachability
    return { ...(problem === undefined ? {} : { reason: problem }), ...(note === undefined ? {} : { note }) }
  }

  /** The counts of requests at the internal port. */
  get requests(): RequestCounts {
    return this.#server?.metrics ?? { total: 0, failed: 0, running: 0 }
  }

  async stopServing(handover: HandoverOptions | undefined): Promise<void> {
    await this.#server?.close(handover)
  }

  async close(): Promise<void> {
    await this.#reachability.stop()
    await this.#reader.stop()
    await this.#transport.close()
  }
}
