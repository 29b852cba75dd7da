import type { Log } from '../base/log.ts'
import type {
  CallerWith,
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
  readonly caller: CallerWith<Method['access']>
  /** Makes a declared failure to throw. `message` is for people. */
  fail<Code extends FailureCode<Method>>(
    code: Code,
    message: string,
    ...data: FailureData<Method, Code> extends undefined ? [] : [FailureData<Method, Code>]
  ): Failure
}

/** The proof that a command has committed its effect and its idempotency record in one transaction. */
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
   * Runs `work` in one transaction, together with the call's idempotency record. `work` may run again after a deadlock,
   * so it must have no effects outside the database. Calls to other modules are refused inside of it: make them before.
   */
  commit<Answer>(work: (transaction: Transaction<Of>) => Promise<Answer>): Promise<Committed<Answer>>
  /** Like `commit`, for a single statement. Without an idempotency key it runs without an explicit transaction. */
  commitStatement<Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Committed<Answer>>
  /** Answers without a commit: there was nothing to change, or every change was committed by another call. */
  unchanged<Answer>(answer: Answer): Committed<Answer>
}

export interface CommandContext<Of extends Contract, Method extends MethodSpec, Need extends Needs, Services>
  extends QueryContext<Method, Need, Services>,
    Commits<Of> {
  /** The idempotency key of this call. */
  readonly key: string | undefined
  /** Starts a workflow, and resolves when it is done or waits. Throws its failure when it fails. */
  start<Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    input: Input,
  ): Promise<Committed<Answer>>
  /**
   * Resumes a workflow that waits; undefined when no workflow with this id waits. When another call runs it at the
   * moment, a command waits until it is settled, three seconds at most, and then also gets undefined.
   */
  resume<Input, State, Answer>(
    workflow: Workflow<Input, State, Answer>,
    id: string,
  ): Promise<Committed<Answer> | undefined>
  /**
   * Waits until a workflow of this module is settled, three seconds at most. Returns its status: `running` or `undoing`
   * when it still is not settled, undefined when there is no such workflow.
   */
  untilSettled(id: string): Promise<WorkflowStatus | undefined>
  /**
   * Compensates a workflow that waits, and ends it with this failure. Returns false when it does not wait, or is past a
   * final step.
   */
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
 * The type of a reaction file's function. It runs at least once for each event and commits exactly once, since the
 * inbox record is part of the commit. It must end with a commit.
 */
export type Reaction<
  Event extends EventSpec,
  Of extends Contract,
  Need extends Needs = NoMembers,
  Services = undefined,
> = (payload: PayloadOf<Event>, context: ReactionContext<Of, Need, Services>) => Promise<Committed<unknown>>

/** A reaction to many events of one name in one transaction, made by `inBatches`. */
export interface BatchReaction {
  // biome-ignore lint/suspicious/noExplicitAny: `inBatches` has the types
  react: (payloads: any, context: any) => Promise<Committed<unknown>>
}

/**
 * Makes a reaction that handles up to 500 events at once, in the order of their emission, for very frequent events. One
 * commit has the effects of all; when it fails, each event is handled separately.
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
  /** Returns what is wrong with a value, as text that follows the variable's name; undefined for a valid value. */
  check?: (value: string, environment?: Record<string, string | undefined>) => string | undefined
  /** Whether its value is never shown. Default: false. */
  secret?: boolean
}

/** The parameters of a module's `setup`, which makes its services. */
export interface SetupContext {
  /** Values of the declared settings. */
  settings: Record<string, string | undefined>
  /** The shop's public URL, without a slash at the end. */
  publicUrl: string
  /** A 32-byte key for one purpose, derived from the deployment's secret (HKDF, RFC 5869). */
  deriveKey(purpose: string): Buffer
  dataDirectory: string
  /** A pool for the module's schema, for services that need tables. */
  sql: Sql
  /**
   * A number that grows with each commit of the module, in this process and, if an answer of a method is cached until
   * the module commits, in other processes. Services that keep what they read compare it.
   */
  commits(): number
  log: Log
  now(): Date
}

// biome-ignore lint/suspicious/noExplicitAny: `defineModule` has the types; the runtime handles functions of all modules
type AnyFunction = (...args: any[]) => any

export interface ModuleDefinition {
  contract: Contract
  needs: Needs
  handlers: Record<string, AnyFunction>
  /** By `module.event`. */
  reactions: Record<string, AnyFunction | BatchReaction>
  /** Commands of this module that the runtime calls at intervals. */
  jobs: { method: string; everyMs: number }[]
  workflows: Workflow<never, never, unknown>[]
  pages: Page[]
  errorPage: ErrorPage | undefined
  settings: Record<string, Setting>
  setup: ((context: SetupContext) => unknown) | undefined
  /**
   * `relaxed`: its commits do not wait for the disk, and a crash of the database may lose the last fraction of a
   * second.
   */
  durability: 'full' | 'relaxed'
}

/** Defines a module. A method without a handler and a handler without a method are type errors. */
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
  // biome-ignore lint/suspicious/noExplicitAny: each page has its own types
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
