import type { Log } from '../base/log.ts'
import type {
  Contract,
  EventName,
  EventSpec,
  FailureCode,
  FailureData,
  InputOf,
  MethodName,
  MethodSpec,
  NoMembers,
  OutputOf,
  PayloadOf,
} from '../contract/contract.ts'
import type { Failure } from '../contract/failure.ts'
import type { Sql } from '../database/pool.ts'
import type { BaseContext, Needs } from './context.ts'
import type { ErrorPage, Page } from './pages.ts'
import type { Workflow, WorkflowStatus } from './workflow.ts'

export interface QueryContext<Method extends MethodSpec, Of extends Needs, Services>
  extends BaseContext<Of, Services> {
  /** Makes a declared failure to throw. `message` is for people. */
  fail<Code extends FailureCode<Method>>(
    code: Code,
    message: string,
    ...data: FailureData<Method, Code> extends undefined ? [] : [FailureData<Method, Code>]
  ): Failure
}

/** The proof that a command's effect and its idempotency record went into one transaction. */
export interface Committed<Answer> {
  readonly committed: Answer
}

/** An open transaction of one module. */
export interface Transaction<Of extends Contract> {
  readonly sql: Sql
  /** Writes an event to the outbox: it is delivered if and only if this transaction commits. */
  emit<Name extends EventName<Of>>(name: Name, payload: PayloadOf<Of['events'][Name]>): void
}

export interface Commits<Of extends Contract> {
  /**
   * Runs `work` in one transaction, with the call's idempotency record in it. It may run again after a deadlock, so it
   * changes nothing but the database. Calls to other modules are refused while it is open: make them before.
   */
  commit<Answer>(work: (transaction: Transaction<Of>) => Promise<Answer>): Promise<Committed<Answer>>
  /** `commit` for an effect that is a single statement: without an idempotency key it needs no transaction around it. */
  commitStatement<Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Committed<Answer>>
  /** Answers a command that had nothing to change. */
  unchanged<Answer>(answer: Answer): Committed<Answer>
}

export interface CommandContext<Of extends Contract, Method extends MethodSpec, Need extends Needs, Services>
  extends QueryContext<Method, Need, Services>,
    Commits<Of> {
  /** The idempotency key of this call. */
  readonly key: string | undefined
  /** Starts a workflow and answers when it is done or waits. Throws the failure that it ended with. */
  start<Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    input: Input,
  ): Promise<Committed<Answer>>
  /**
   * Goes on with a workflow that waits; answers undefined when none by this id does. Where somebody else goes on with it at
   * this moment, a command waits for that, three seconds at most.
   */
  resume<Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    id: string,
  ): Promise<Committed<Answer> | undefined>
  /**
   * Waits while somebody carries on a workflow of this module, three seconds at most. Answers how it stands then: it is
   * `undoing` while it is being taken back; undefined where there is none.
   */
  untilSettled(id: string): Promise<WorkflowStatus | undefined>
  /** Undoes a workflow that waits, and ends it with this failure; answers whether one did wait. */
  abort<Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    id: string,
    failure: Failure,
    patch?: Partial<State>,
  ): Promise<boolean>
}

/** The type of a handler file's function. */
export type Handler<
  Of extends Contract,
  Name extends MethodName<Of>,
  Need extends Needs = NoMembers,
  Services = undefined,
> = Of['methods'][Name]['kind'] extends 'query'
  ? (
      input: InputOf<Of['methods'][Name]>,
      context: QueryContext<Of['methods'][Name], Need, Services>,
    ) => Promise<OutputOf<Of['methods'][Name]>>
  : (
      input: InputOf<Of['methods'][Name]>,
      context: CommandContext<Of, Of['methods'][Name], Need, Services>,
    ) => Promise<Committed<OutputOf<Of['methods'][Name]>>>

export interface ReactionContext<Of extends Contract, Need extends Needs, Services>
  extends BaseContext<Need, Services>,
    Commits<Of> {
  resume: CommandContext<Of, MethodSpec, Need, Services>['resume']
}

/**
 * The type of a reaction file's function. It runs at least once for each event, and its commit once: the inbox record
 * commits with it. It must end with a commit.
 */
export type Reaction<
  Event extends EventSpec,
  Of extends Contract,
  Need extends Needs = NoMembers,
  Services = undefined,
> = (payload: PayloadOf<Event>, context: ReactionContext<Of, Need, Services>) => Promise<Committed<unknown>>

/** A reaction to many events of one name in one transaction; `inBatches` makes it. */
export interface BatchReaction {
  // biome-ignore lint/suspicious/noExplicitAny: typed where it is made
  react: (payloads: any, context: any) => Promise<Committed<unknown>>
}

/**
 * Lets a reaction take several events at once, in the order in which they were emitted, at most 500: for those that come by
 * the thousand. All have their effect in one commit, or none; then each is tried alone.
 */
export function inBatches<
  Event extends EventSpec,
  Of extends Contract,
  Need extends Needs = NoMembers,
  Services = undefined,
>(
  react: (
    payloads: readonly PayloadOf<Event>[],
    context: ReactionContext<Of, Need, Services>,
  ) => Promise<Committed<unknown>>,
): BatchReaction {
  return { react }
}

export function isBatched(reaction: AnyFunction | BatchReaction): reaction is BatchReaction {
  return typeof reaction !== 'function'
}

/** A setting that a module reads from the environment. */
export interface Setting {
  summary: string
  /** Used when the variable is unset or empty. */
  default?: string
  /** Says what is wrong with a value, or undefined. The message goes after the variable's name. */
  check?: (value: string, environment?: Record<string, string | undefined>) => string | undefined
  secret?: boolean
}

/** What a module's `setup` gets to build its services from. */
export interface SetupContext {
  /** Values of the declared settings. */
  settings: Record<string, string | undefined>
  /** The shop's public address, without a slash at the end. */
  publicUrl: string
  /** A 32-byte key for one purpose, derived from the deployment's secret (HKDF, RFC 5869). */
  deriveKey(purpose: string): Buffer
  dataDirectory: string
  /** A pool of the module's own, for what an outside service would keep. */
  sql: Sql
  log: Log
  now(): Date
}

// biome-ignore lint/suspicious/noExplicitAny: a definition is typed where it is made and handled as a value elsewhere
type AnyFunction = (...args: any[]) => any

export interface ModuleDefinition {
  contract: Contract
  needs: Needs
  handlers: Record<string, AnyFunction>
  /** By `module.event`. */
  reactions: Record<string, AnyFunction | BatchReaction>
  /** Commands of its own that the runtime calls again and again. */
  jobs: { method: string; everyMs: number }[]
  workflows: Workflow<never, never, unknown>[]
  pages: Page[]
  errorPage: ErrorPage | undefined
  settings: Record<string, Setting>
  setup: ((context: SetupContext) => unknown) | undefined
  /** `relaxed`: its own commits do not wait for the disk; a crash of the database may lose the last fraction of a second. */
  durability: 'full' | 'relaxed'
}

/** Puts a module together. Whatever has no handler, or a handler without a method, is a type error. */
export function defineModule<
  const Of extends Contract,
  const Need extends Needs,
  Services = undefined,
>(definition: {
  contract: Of
  needs: Need
  handlers: { [Name in MethodName<Of>]: Handler<Of, Name, Need, Services> }
  reactions?: Record<string, AnyFunction | BatchReaction>
  jobs?: { method: MethodName<Of>; everyMs: number }[]
  // biome-ignore lint/suspicious/noExplicitAny: workflows of different states in one list
  workflows?: Workflow<any, any, any>[]
  // biome-ignore lint/suspicious/noExplicitAny: pages are typed where they are made
  pages?: Page<any, any>[]
  errorPage?: ErrorPage<Need, Services>
  settings?: Record<string, Setting>
  setup?: (context: SetupContext) => Services
  durability?: 'full' | 'relaxed'
}): ModuleDefinition {
  return {
    contract: definition.contract,
    needs: definition.needs,
    handlers: definition.handlers,
    reactions: definition.reactions ?? {},
    jobs: definition.jobs ?? [],
    workflows: (definition.workflows ?? []) as unknown as ModuleDefinition['workflows'],
    pages: (definition.pages ?? []) as unknown as Page[],
    errorPage: definition.errorPage as ErrorPage | undefined,
    settings: definition.settings ?? {},
    setup: definition.setup,
    durability: definition.durability ?? 'full',
  }
}
