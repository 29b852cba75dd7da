import type { Access, Contract, EventSpec, FailureSpec, MethodSpec, Rest } from './contract.ts'
import type { JsonSchema } from './schema-differences.ts'

/**
 * A contract as JSON, for programs in any language and for comparisons with the last release. It leaves out `pages`, and
 * of methods `secretAnswer`, `resourceToken` and `endedSession`: the comparison does not notice changes of these.
 */
export interface ContractJson {
  name: string
  version: string
  summary: string
  methods: Record<string, MethodJson>
  events: Record<string, EventJson>
  reactsTo: string[]
}

export interface MethodJson {
  kind: 'query' | 'command'
  summary: string
  access: Access
  rest?: Rest
  timeoutMs: number
  cache?: { dependsOn: string[]; maxAgeMs: number }
  rateLimit?: { max: number; windowMs: number }
  identifies?: string[]
  outside?: true
  input: JsonSchema
  output: JsonSchema
  failures: Record<string, FailureJson>
}

export interface FailureJson {
  status: number
  summary: string
  data?: JsonSchema
}

export interface EventJson {
  summary: string
  aggregate: string
  payload: JsonSchema
}

export function contractToJson(contract: Contract): ContractJson {
  const { name, version, summary, methods, events, reactsTo } = contract
  // Drops what is not JSON: the symbols of the schema library and undefined members.
  return JSON.parse(
    JSON.stringify({
      name,
      version,
      summary,
      methods: mapValues(methods, toMethod),
      events: mapValues(events, toEvent),
      reactsTo,
    }),
  ) as ContractJson
}

function toMethod(spec: MethodSpec): object {
  return {
    kind: spec.kind,
    summary: spec.summary,
    access: spec.access,
    rest: spec.rest,
    timeoutMs: spec.timeoutMs,
    cache: spec.cache,
    rateLimit: spec.rateLimit,
    identifies: spec.identifies,
    // Left out when false, so that it is not in the contract of every method.
    outside: spec.outside || undefined,
    input: spec.input,
    output: spec.output,
    failures: mapValues(spec.failures, ({ status, summary, data }: FailureSpec) => ({
      status,
      summary,
      data,
    })),
  }
}

function toEvent({ summary, aggregate, payload }: EventSpec): object {
  return { summary, aggregate, payload }
}

function mapValues<Value, Result>(
  record: Record<string, Value>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
