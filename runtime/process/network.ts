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
import type { Leaving, NetworkPlace } from './shop-options.ts'
import { VERSION } from './version.ts'

export interface NetworkOptions extends NetworkPlace {
  dispatcher: Dispatcher
  versions: Versions
  /** Modules whose commits make some cache old. */
  cached: ReadonlySet<string>
  /** Modules without which those here cannot do their work. */
  needed: ReadonlySet<string>
  /** The deployment's secret. */
  secret: string
  log: Log
  /** Sends requests badly, on purpose: `PANDO_FAULTS`. */
  faults: string | undefined
  /** Names this process. */
  name: string
}

type Rpc = typeof import('../rpc/index.ts')

/** The other processes of the shop, as one of them sees them: calls to them, and the port at which they call. */
export class Network {
  readonly placement: KnownPlacement
  /** Under which the others know this process; undefined where it only calls. */
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
      own: serve?.origin,
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

  /** Begins to call the others. What this takes is loaded by those who use it: most shops have no need of it. */
  static async open(options: NetworkOptions): Promise<Network> {
    const network = new Network(options, await import('../rpc/index.ts'))
    network.#reader.start()
    return network
  }

  /** From now on the module is called where the placement says. */
  reach(module: string): void {
    this.#options.dispatcher.remote.set(module, this.#transport)
  }

  /** Looks at once where everything is now; without it that comes with the next call. */
  relocate(): void {
    this.#transport.relocate()
    this.#reader.update()
  }

  /** Serves the modules here to the others, where it is one of them. */
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

  /** Why this process cannot work yet, as others that it needs have never answered it; and what of that it does without. */
  get unreached(): Pick<Readiness, 'reason' | 'note'> {
    const { problem, note } = this.#reachability
    return { ...(problem === undefined ? {} : { reason: problem }), ...(note === undefined ? {} : { note }) }
  }

  /** Requests at its internal port. */
  get requests(): RequestCounts {
    return this.#server?.metrics ?? { total: 0, failed: 0, running: 0 }
  }

  async stopServing(leaving: Leaving | undefined): Promise<void> {
    await this.#server?.close(leaving)
  }

  async close(): Promise<void> {
    await this.#reachability.stop()
    await this.#reader.stop()
    await this.#transport.close()
  }
}
