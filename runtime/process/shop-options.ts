import type { Log } from '../base/log.ts'
import type { Readiness } from '../base/readiness.ts'
import type { Versions } from '../cache/versions.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import type { Caller } from '../contract/caller.ts'
import type { Contract } from '../contract/contract.ts'
import type { StatementObserver } from '../database/pool.ts'
import type { EventAdmin } from '../events/event-admin.ts'
import type { OutboxState } from '../events/undelivered-events.ts'
import type { RequestCounts } from '../http/request-counts.ts'
import type { TrustedProxies } from '../http/trust-proxy.ts'
import type { Calls, Needs } from '../module/context.ts'
import type { ModuleDefinition } from '../module/define.ts'
import type { KnownPlacement, Moving } from '../topology/placement.ts'
import type { WorkflowEngine } from '../workflow/engine.ts'

/** The parts of a process; see `openShop` in shop.ts. */
export interface ShopOptions {
  modules: ModuleDefinition[]
  /** The contracts of modules in other processes that this process may call or whose events it receives. */
  contracts?: Iterable<Contract>
  /** The connection to the other processes. Default: none, so only modules of this process can be called. */
  network?: NetworkSettings
  /** Sends events to other processes over NATS JetStream. Default: over HTTP. */
  nats?: NatsChoice | undefined
  /** The URL of the database of all modules, or a function that returns it for each module. */
  databaseUrl: string | ((module: string) => string)
  /** Maximum connections to one database. Default: 21. */
  databaseConnections?: number
  /** The deployment's secret; keys for single purposes are derived from it. */
  secret: string
  publicUrl: string
  dataDirectory: string
  log: Log
  /** Called with a line of progress from time to time during migrations. */
  migrating?: (line: string) => void
  /** The environment with the settings of modules, already checked. */
  environment: Record<string, string | undefined>
  /** The public port. Default: none; the process only answers calls of other processes. */
  http?: PublicHttp
  /** Whether to run jobs, deliver events and recover workflows. */
  background: boolean
  /** Called before the process starts to serve, when everything else is ready. */
  prepare?: (shop: Shop) => Promise<void>
  clock?: () => Date
  /** For tests: checks and freezes answers. */
  strict?: boolean
  /** For tests: each module works under its own role. */
  enforceRoles?: boolean
  /** For tests: sends every call between modules over HTTP, and every repeatable one twice. */
  loopback?: boolean
  onStatement?: StatementObserver
  /** The name of this process in databases and logs. Default: pando. */
  processName?: string
  /**
   * The workflows to take over at the start: those that any process leased before this time. Default: those that this
   * process leased before its latest start.
   */
  takeOver?: { leasedBefore: Date } | undefined
  modulesDirectory?: string
}

/** The connection of a process to the others. */
export interface NetworkSettings {
  placement: KnownPlacement
  /** The server for calls of other processes. Default: none; this process only calls others. */
  serve?: {
    process: string
    replica: number
    port: number
    host: string
    /**
     * The origin at which the others call this process. With it, the process has the modules of the placement. Default:
     * none; the process has the modules that it was given.
     */
    origin?: string | undefined
  }
}

export interface NatsChoice {
  /** Addresses of the servers, separated by commas. */
  url: string
  /** A file with the credentials of a user. */
  credentials?: string | undefined
  /** Modules that do not use NATS. Events for them are delivered over HTTP. */
  directly: ReadonlySet<string>
}

export interface PublicHttp {
  /** 0 for any free port. */
  port: number
  host?: string
  /** Whether other replicas on this machine listen on the same port. Default: false. */
  shared?: boolean
  /** The file descriptor of a socket that is already bound, instead of port and host. */
  fd?: number | undefined
  rateLimits: boolean
  trustProxy: TrustedProxies
}

/** How a process stops when another replica replaces it: the process still serves requests on open connections. */
export interface HandoverOptions {
  /** How long clients may still use open connections. */
  lingerMs: number
}

/** A running process of a shop. */
export interface Shop {
  /** The origin of the public port; undefined without one. */
  origin: string | undefined
  dispatcher: Dispatcher
  engine: WorkflowEngine
  versions: Versions
  modules: ReadonlyMap<string, HostedModule>
  /** Whether the process can serve now. Always resolves within two seconds. */
  ready(): Promise<Readiness>
  /** The counts of requests at the public and the internal port. */
  requests(): RequestCounts
  moving(): Moving
  /** Connects the running process to others. */
  join(network: NetworkSettings): Promise<void>
  /** The methods of all modules as functions, called as `caller`. */
  callsAs<Of extends Needs>(caller: Caller): Calls<Of>
  /** Delivers events until none is due, and returns how many are waiting and parked. */
  drain(): Promise<{ waiting: number; parked: number }>
  /** The state of the outbox of each module. */
  backlog(): Promise<(OutboxState & { module: string })[]>
  /** For the operator: lists, retries and discards undelivered events. */
  events: EventAdmin
  /** Finishes the running work and stops. */
  stop(handover?: HandoverOptions): Promise<void>
}
