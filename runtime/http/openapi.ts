import type { TSchema } from 'typebox'
import type { ContractMethod } from '../call/call.ts'
import type { FailureSpec, MethodSpec } from '../contract/contract.ts'
import { API_PREFIX } from './api-routes.ts'
import { KEY_LENGTH } from './idempotency-key.ts'
import { THING_TOKEN_HEADER } from './identify.ts'
import { type SharedAnswer, sharedAnswers, tellsRetry } from './route-failures.ts'

type Json = Record<string, unknown>

/** One method with its module's name, from a running module or from its contract alone. */
export type DocumentedMethod = Pick<ContractMethod, 'id' | 'name' | 'spec'>

/** Writes the OpenAPI 3.1 document of these methods. Contracts are JSON Schema already, so they go in as they are. */
export function createOpenApi(
  methods: readonly DocumentedMethod[],
  publicUrl: string,
  version: string,
): Json {
  const paths: Record<string, Json> = {}
  for (const method of methods) {
    const rest = method.spec.rest!
    paths[rest.path] ??= {}
    paths[rest.path]![rest.method.toLowerCase()] = operation(method)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Pando shop API',
      version,
      description:
        'Money is in integer minor units. Ids are opaque. Times are RFC 3339 in UTC. Errors are RFC 9457 problem details with a stable `code`. Every write takes an `Idempotency-Key`: a repeat by the same caller with the same key returns the first answer. ' +
        TOKENS,
    },
    servers: [{ url: publicUrl + API_PREFIX }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: TOKENS },
      },
      schemas: { Problem: problemSchema() },
      headers: { 'Retry-After': RETRY_AFTER, 'WWW-Authenticate': WWW_AUTHENTICATE },
      responses: Object.fromEntries(
        sharedAnswers.map((answer) => [answer.name, failed(answer.status, Object.entries(answer.failures))]),
      ),
    },
  }
}

/** Which token goes where, for the API's readers. */
export const TOKENS = `Tokens go into \`Authorization: Bearer …\`: a session of a customer (\`ses_…\`, from \`POST /sessions\`), the API key of a staff member (\`key_…\`), or a guest's token for one thing, such as a cart (from \`POST /carts\`). A customer who also has a thing's token sends that as \`${THING_TOKEN_HEADER}\` beside the session.`

function operation({ id, name, spec }: DocumentedMethod): Json {
  const rest = spec.rest!
  const inPath = [...rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const inQuery = rest.method === 'GET' || rest.method === 'DELETE'
  const others = Object.keys(spec.input.properties).filter((member) => !inPath.includes(member))
  const required = new Set((spec.input.required ?? []) as string[])
  return {
    operationId: name,
    tags: [id.split('.')[0]],
    summary: spec.summary,
    description: accessText(spec),
    security: spec.access === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    parameters: [
      ...inPath.map((member) => parameter(member, 'path', spec.input.properties[member]!, true)),
      ...(inQuery
        ? others.map((member) =>
            parameter(member, 'query', spec.input.properties[member]!, required.has(member)),
          )
        : []),
      ...(spec.kind === 'command' && !rest.raw ? [idempotencyKey(spec)] : []),
      ...(spec.thingToken === undefined ? [] : [thingToken(spec.thingToken, spec.access)]),
    ],
    ...(rest.raw ? RAW_BODY : !inQuery && others.length > 0 ? body(spec, others, required) : {}),
    responses: responses(spec),
  }
}

function accessText(spec: MethodSpec): string {
  if (spec.access === 'public')
    return 'Anybody may call it; what belongs to somebody is open to its owner only.'
  if (spec.access === 'customer') return 'For logged-in customers.'
  return `For staff with the permission \`${spec.access.slice('staff:'.length)}\`.`
}

function parameter(name: string, place: 'path' | 'query', schema: TSchema, required: boolean): Json {
  return { name, in: place, required, schema: plain(schema) }
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: KEY_LENGTH.min, maxLength: KEY_LENGTH.max },
}
const KEY_TEXT =
  'A new random text for each new request, such as a UUID. A repeat by the same caller with the same key returns the first answer.'

function idempotencyKey({ access, secretAnswer }: MethodSpec): Json {
  const exception =
    access !== 'public'
      ? ''
      : secretAnswer
        ? ' The answer holds a secret, so no guest gets it twice: the repeat of a guest is executed again.'
        : ' A guest without a token has no keys: their repeat is executed again.'
  return { ...IDEMPOTENCY_KEY, description: KEY_TEXT + exception }
}

/** Who must be logged in has the session in `Authorization`, so that there is no other place for it. */
function thingToken(meaning: string, access: MethodSpec['access']): Json {
  return {
    name: THING_TOKEN_HEADER,
    in: 'header',
    required: access === 'customer',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
    description: `Beside a customer's session: ${meaning}. A guest sends it in \`Authorization\`.`,
  }
}

const RETRY_AFTER = {
  description: 'Seconds after which another try makes sense',
  schema: { type: 'integer', minimum: 0 },
}
const WWW_AUTHENTICATE = {
  description: 'The scheme that a token is sent with',
  schema: { const: 'Bearer' },
}
const ETAG = {
  description: 'Stands for these bytes: sent as `If-None-Match`, they are not sent again',
  schema: { type: 'string' },
}

const RAW_BODY = { requestBody: { content: { 'application/json': { schema: {} } } } }

function body(spec: MethodSpec, members: string[], required: Set<string>): Json {
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(members.map((member) => [member, plain(spec.input.properties[member]!)])),
    required: members.filter((member) => required.has(member)),
  }
  return { requestBody: { required: true, content: { 'application/json': { schema } } } }
}

/** What was done, what the contract declares, and what any route answers; see `route-failures.ts`. */
function responses(spec: MethodSpec): Json {
  const byStatus: Record<string, Json> = {
    [spec.rest!.status ?? 200]: {
      description: 'Done',
      ...(spec.cache ? { headers: { ETag: ETAG } } : {}),
      content: { 'application/json': { schema: plain(spec.output) } },
    },
    ...(spec.cache ? { 304: { description: 'Not changed since', headers: { ETag: ETAG } } } : {}),
  }
  const sharedHere = new Map(
    sharedAnswers.filter(({ on }) => on?.(spec) ?? true).map((answer) => [answer.status, answer]),
  )
  const declared = Map.groupBy(Object.entries(spec.failures), ([, failure]) => failure.status)
  for (const status of new Set([...declared.keys(), ...sharedHere.keys()]))
    byStatus[status] = refused(status, declared.get(status), sharedHere.get(status))
  return byStatus
}

type Group = [code: string, FailureSpec][]

function refused(status: number, declared: Group | undefined, shared: SharedAnswer | undefined): Json {
  if (!declared) return { $ref: `#/components/responses/${shared!.name}` }
  const codes = new Set(declared.map(([code]) => code))
  const others = Object.entries(shared?.failures ?? {}).filter(([code]) => !codes.has(code))
  return failed(status, [...declared, ...others])
}

function failed(status: number, group: Group): Json {
  const headers = [
    ...(tellsRetry(status) ? ['Retry-After'] : []),
    ...(status === 401 ? ['WWW-Authenticate'] : []),
  ]
  return {
    description: group.map(([code, failure]) => `\`${code}\`: ${failure.summary}`).join(' '),
    ...(headers.length > 0
      ? {
          headers: Object.fromEntries(
            headers.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
          ),
        }
      : {}),
    content: { 'application/problem+json': { schema: problemOf(group) } },
  }
}

function problemOf(group: Group): Json {
  const data = group.flatMap(([, failure]) => (failure.data ? [plain(failure.data)] : []))
  return {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      {
        type: 'object',
        properties: {
          code: { enum: group.map(([code]) => code) },
          ...(data.length > 0 ? { data: data.length === 1 ? data[0] : { anyOf: data } } : {}),
        },
      },
    ],
  }
}

function problemSchema(): Json {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', description: 'stable, for programs' },
      detail: { type: 'string', description: 'for people' },
      data: { description: 'what the code promises' },
      fields: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'message'],
          properties: {
            field: { type: 'string', description: 'JSON Pointer into the input' },
            message: { type: 'string' },
          },
        },
      },
      traceId: { type: 'string', description: 'finds the log lines of this request' },
    },
  }
}

/** Drops what the schema library keeps for itself. */
function plain(schema: TSchema): unknown {
  return JSON.parse(JSON.stringify(schema))
}
