import type { Static, TObject, TSchema } from 'typebox'
import type { Caller } from './caller.ts'

/** The type of an empty record: for contracts without failures or events, and for modules without needs. */
export type NoMembers = Record<never, never>

/** Who may call a method: every caller; logged-in customers; staff with a permission; other modules only. */
export type Access = 'public' | 'customer' | `staff:${string}` | 'internal'

/** The callers that may call a method with this access. The system has the rights of staff. */
export type CallerWith<Allowed extends Access> = Allowed extends 'customer'
  ? Extract<Caller, { kind: 'customer' }>
  : Allowed extends `staff:${string}`
    ? Extract<Caller, { kind: 'staff' | 'system' }>
    : Caller

/** A declared failure: its HTTP status and the JSON Schema of the data that comes with it. */
export interface FailureSpec {
  status: number
  /** When it happens, for readers of the API's documentation. */
  summary: string
  data?: TSchema
}

/** The route of a method in the public API. Input members named in `path` come from it, the rest from query or body. */
export interface Rest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`, parameters in braces: `/carts/{cartId}/lines`. */
  path: string
  /** The status of a success. Default: 200. */
  status?: number
  /** The input has the request's unparsed `rawBody` and its `headers`, for signatures over bytes. */
  raw?: true
}

export interface MethodSpec {
  kind: 'query' | 'command'
  /** One sentence: what it does. */
  summary: string
  input: TObject
  output: TSchema
  failures: Record<string, FailureSpec>
  /** How long a call may take, in milliseconds. Default: 5,000. */
  timeoutMs: number
  access: Access
  rest: Rest | undefined
  /** The edge may serve answers from memory until one of these modules commits a change, or `maxAgeMs` passes. */
  cache: { dependsOn: readonly string[]; maxAgeMs: number } | undefined
  /** The method calls an outside provider, so it never runs inside a transaction. */
  outside: boolean
  /**
   * The answer holds a secret, such as a token. The answer kept for repeats is encrypted with the caller's own key. For
   * guests no answer is kept, and a repeat is executed again (docs/decisions/0016).
   */
  secretAnswer: boolean
  /** How many calls one client address may make in a window; above that it gets 429. */
  rateLimit: { max: number; windowMs: number } | undefined
  /**
   * The method works on a resource that has a token of its own, such as a cart. A guest sends this resource token in
   * `Authorization`; a customer sends the session's token there, and the resource token in `Pando-Bearer`. The text
   * describes the resource token for readers of the API's documentation.
   */
  resourceToken: string | undefined
  /** A session that has ended or is unknown counts as a guest. By default such a session is refused. */
  endedSession: 'guest' | undefined
  /** The method turns a bearer token with one of these prefixes into a Caller. The edge calls it. */
  identifies: readonly string[] | undefined
}

export interface EventSpec {
  summary: string
  payload: TObject
  /** The payload member with the aggregate's id. Events of one aggregate arrive in order. */
  aggregate: string
}

export interface Contract<
  Name extends string = string,
  Methods extends Record<string, MethodSpec> = Record<string, MethodSpec>,
  Events extends Record<string, EventSpec> = Record<string, EventSpec>,
> {
  name: Name
  /** `MAJOR.MINOR.PATCH`. */
  version: string
  summary: string
  methods: Methods
  events: Events
  /** The events of other modules that it reacts to, as `module.event`. The emitters find their consumers by this list. */
  reactsTo: readonly string[]
  /** Whether the module serves pages. If so, its process has the public port. */
  pages: boolean
}

type MethodOptions<Input, Output, Failures, Allowed extends Access> = {
  summary: string
  input: Input
  output: Output
  failures?: Failures
  timeoutMs?: number
  access: Allowed
  rest?: Rest
  resourceToken?: string
  endedSession?: 'guest'
}

/** Declares a method that changes nothing, and so may be retried. */
export function query<
  const Input extends TObject,
  const Output extends TSchema,
  const Failures extends Record<string, FailureSpec> = NoMembers,
  const Allowed extends Access = Access,
>(
  options: MethodOptions<Input, Output, Failures, Allowed> & {
    cache?: { dependsOn: readonly string[]; maxAgeMs: number }
    identifies?: readonly string[]
    rateLimit?: { max: number; windowMs: number }
  },
) {
  return method('query' as const, options)
}

/**
 * Declares a method that changes something. A repeat with the same idempotency key and caller returns the first answer.
 */
export function command<
  const Input extends TObject,
  const Output extends TSchema,
  const Failures extends Record<string, FailureSpec> = NoMembers,
  const Allowed extends Access = Access,
>(
  options: MethodOptions<Input, Output, Failures, Allowed> & {
    outside?: boolean
    secretAnswer?: boolean
    rateLimit?: { max: number; windowMs: number }
  },
) {
  return method('command' as const, options)
}

function method<Kind extends 'query' | 'command', Input, Output, Failures, Allowed extends Access>(
  kind: Kind,
  options: MethodOptions<Input, Output, Failures, Allowed> & {
    cache?: { dependsOn: readonly string[]; maxAgeMs: number }
    outside?: boolean
    secretAnswer?: boolean
    identifies?: readonly string[]
    rateLimit?: { max: number; windowMs: number }
  },
) {
  return {
    kind,
    summary: options.summary,
    input: options.input,
    output: options.output,
    failures: (options.failures ?? {}) as Failures,
    timeoutMs: options.timeoutMs ?? 5000,
    access: options.access,
    rest: options.rest,
    cache: options.cache,
    outside: options.outside ?? false,
    secretAnswer: options.secretAnswer ?? false,
    rateLimit: options.rateLimit,
    resourceToken: options.resourceToken,
    endedSession: options.endedSession,
    identifies: options.identifies,
  }
}

/** Declares an event, named in the past tense, that other modules may react to. `aggregate` names a payload member. */
export function event<const Payload extends TObject>(options: {
  summary: string
  payload: Payload
  aggregate: keyof Static<Payload> & string
}) {
  return { summary: options.summary, payload: options.payload, aggregate: options.aggregate as string }
}

/** Declares what a module offers. Other modules may import nothing else from it. */
export function contract<
  const Name extends string,
  Methods extends Record<string, MethodSpec>,
  Events extends Record<string, EventSpec> = NoMembers,
>(
  name: Name,
  parts: {
    version: `${number}.${number}.${number}`
    summary: string
    methods: Methods
    events?: Events
    reactsTo?: readonly string[]
    pages?: true
  },
): Contract<Name, Methods, Events> {
  return {
    name,
    version: parts.version,
    summary: parts.summary,
    methods: parts.methods,
    events: parts.events ?? ({} as Events),
    reactsTo: parts.reactsTo ?? [],
    pages: parts.pages ?? false,
  }
}

export type InputOf<Method extends MethodSpec> = Static<Method['input']>
export type OutputOf<Method extends MethodSpec> = Static<Method['output']>
export type FailureCode<Method extends MethodSpec> = keyof Method['failures'] & string
export type FailureData<
  Method extends MethodSpec,
  Code extends FailureCode<Method>,
> = Method['failures'][Code]['data'] extends TSchema ? Static<Method['failures'][Code]['data']> : undefined
export type MethodName<Of extends Contract> = keyof Of['methods'] & string
export type EventName<Of extends Contract> = keyof Of['events'] & string
export type PayloadOf<Event extends EventSpec> = Static<Event['payload']>
