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

/** What a process is put together from; see `openShop` in shop.ts. */
export interface ShopOptions {
  modules: ModuleDefinition[]
  /** Contracts that may be called, or listened to, of modules whose code is not here too. */
  contracts?: Iterable<Contract>
  /** The other processes of the shop; without it, modules that are not here cannot be called. */
  network?: NetworkPlace
  /** Events for other processes travel over NATS JetStream; unless given, by HTTP. */
  nats?: NatsChoice | undefined
  /** The database of all modules, or of each. */
  databaseUrl: string | ((module: string) => string)
  /** Most connections to one database. Default: 21. */
  databaseConnections?: number
  /** The deployment's secret; keys for single purposes are derived from it. */
  secret: string
  publicUrl: string
  dataDirectory: string
  log: Log
  /** Gets a line, now and then, while the tables are brought up to date; for those who wait for this process. */
  migrating?: (line: string) => void
  /** The environment that modules read their settings from, checked already. */
  environment: Record<string, string | undefined>
  /** Serves HTTP to the public there; without it, the shop answers calls only. */
  http?: PublicHttp
  /** Runs jobs, delivers events and recovers workflows. */
  background: boolean
  /** Runs when everything is in place but nothing is served yet. */
  prepare?: (shop: Shop) => Promise<void>
  clock?: () => Date
  /** For tests: answers are checked and frozen. */
  strict?: boolean
  /** For tests: each module works under a role of its own. */
  enforceRoles?: boolean
  /** For tests: every call between modules goes through HTTP, and every repeatable one is sent twice. */
  loopback?: boolean
  onStatement?: StatementObserver
  /** Names this process where others can see it. */
  processName?: string
  /** Workflows that anybody took up before then were left behind; those of this process's earlier life unless told. */
  takeOver?: { leasedBefore: Date } | undefined
  modulesDirectory?: string
}

/** A process among others. */
export interface NetworkPlace {
  /** Where the modules are. */
  placement: KnownPlacement
  /** Serves the modules here to the others, there; without it, this process only calls. */
  serve?: {
    process: string
    replica: number
    port: number
    host: string
    /** Under which the others know it. With it, this process has the modules that the placement says; without, those that it was given. */
    origin?: string | undefined
  }
}

export interface NatsChoice {
  /** Addresses of the server, with commas in between. */
  url: string
  /** A file with a user's credentials. */
  credentials?: string | undefined
  /** Modules that do not listen to NATS: their events are handed to them by HTTP. */
  directly: ReadonlySet<string>
}

export interface PublicHttp {
  /** 0 takes a free one. */
  port: number
  host?: string
  /** Other replicas on this machine listen on the port too. */
  shared?: boolean
  /** Number of the file descriptor of a socket that is bound already, in place of all these. */
  fd?: number | undefined
  rateLimits: boolean
  trustProxy: TrustedProxies
}

/** How a shop stops when another replica takes its place: it serves what still comes on open connections. */
export interface Leaving {
  /** How long clients have to let go of their connections. */
  lingerMs: number
}

/** A running shop. */
export interface Shop {
  /** Where it serves HTTP. */
  origin: string | undefined
  dispatcher: Dispatcher
  engine: WorkflowEngine
  versions: Versions
  modules: ReadonlyMap<string, HostedModule>
  /** Whether it can serve now. Answers within two seconds in any case. */
  ready(): Promise<Readiness>
  /** Requests on the public port and on the internal one. */
  requests(): RequestCounts
  moving(): Moving
  /** Becomes one of several processes, while it runs. */
  join(place: NetworkPlace): Promise<void>
  /** The methods of all modules as functions, called by `caller`; by the system unless told. */
  callsAs<Of extends Needs>(caller: Caller): Calls<Of>
  /** Delivers events until none is due any more; answers what is left, in waiting and parked. */
  drain(): Promise<{ waiting: number; parked: number }>
  /** How the outbox of each module is. */
  backlog(): Promise<(OutboxState & { module: string })[]>
  /** What a person can do about events that are not delivered. */
  events: EventAdmin
  /** Finishes what runs, and ends. */
  stop(leaving?: Leaving): Promise<void>
}
