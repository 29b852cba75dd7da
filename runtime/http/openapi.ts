import type { TSchema } from 'typebox'
import type { ContractMethod } from '../call/call.ts'
import type { FailureSpec, MethodSpec } from '../contract/contract.ts'
import { API_PREFIX } from './api-routes.ts'
import { KEY_LENGTH } from './idempotency-key.ts'
import { MAX_TOKEN_LENGTH, RESOURCE_TOKEN_HEADER } from './identify.ts'
import { hasRetryAfter, type SharedResponse, sharedResponses } from './route-failures.ts'

type Json = Record<string, unknown>

/** A method with its module's name, from a running module or only from its contract. */
export type DocumentedMethod = Pick<ContractMethod, 'id' | 'name' | 'spec'>

/** Makes the OpenAPI 3.1 document of these methods. The schemas of contracts are JSON Schema already. */
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
        'Money is in integer minor units. Ids are opaque. Times are RFC 3339 in UTC. Errors are RFC 9457 problem details with a stable `code`. Every write accepts an `Idempotency-Key`: a repeat by the same caller with the same key returns the first response. ' +
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
        sharedResponses.map(({ name, status, failures }) => [
          name,
          problemResponse(status, Object.entries(failures)),
        ]),
      ),
    },
  }
}

/** How to send tokens, for readers of the API. */
export const TOKENS = `Send a token as \`Authorization: Bearer …\`: the session of a customer (\`ses_…\`, from \`POST /sessions\`), the API key of a staff member (\`key_…\`), or a guest's resource token, which opens one resource such as a cart (from \`POST /carts\`). A customer who also has a resource token sends it in \`${RESOURCE_TOKEN_HEADER}\`, in addition to the session.`

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
      ...(spec.resourceToken === undefined ? [] : [resourceTokenHeader(spec.resourceToken, spec.access)]),
    ],
    ...(rest.raw ? rawBody(spec) : !inQuery && others.length > 0 ? body(spec, others, required) : {}),
    responses: responses(spec),
  }
}

function accessText(spec: MethodSpec): string {
  if (spec.access === 'public')
    return 'Everyone may call it; data of a person is accessible only to that person.'
  if (spec.access === 'customer') return 'For logged-in customers.'
  return `For staff with the permission \`${spec.access.slice('staff:'.length)}\`.`
}

function parameter(name: string, location: 'path' | 'query', schema: TSchema, required: boolean): Json {
  return { name, in: location, required, schema: plain(schema) }
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: KEY_LENGTH.min, maxLength: KEY_LENGTH.max },
}
const KEY_TEXT =
  'A new random value for each new request, such as a UUID. A repeat by the same caller with the same key returns the first response.'

function idempotencyKey({ access, secretAnswer }: MethodSpec): Json {
  const exception =
    access !== 'public'
      ? ''
      : secretAnswer
        ? ' The response has a secret, so it is not stored for guests: the repeat of a guest is executed again.'
        : ' The key of a guest without a token has no effect: the repeat of such a guest is executed again.'
  return { ...IDEMPOTENCY_KEY, description: KEY_TEXT + exception }
}

/** The header is required when `Authorization` must have the token of a session. */
function resourceTokenHeader(meaning: string, access: MethodSpec['access']): Json {
  return {
    name: RESOURCE_TOKEN_HEADER,
    in: 'header',
    required: access === 'customer',
    schema: { type: 'string', minLength: 1, maxLength: MAX_TOKEN_LENGTH },
    description: `With a customer's session: ${meaning}. A guest sends it in \`Authorization\`.`,
  }
}

const RETRY_AFTER = {
  description: 'Seconds after which a retry may succeed',
  schema: { type: 'integer', minimum: 0 },
}
const WWW_AUTHENTICATE = {
  description: 'The authentication scheme for tokens',
  schema: { const: 'Bearer' },
}
const ETAG = {
  description:
    'The version of the body: a request with it in `If-None-Match` gets 304 if the body is unchanged',
  schema: { type: 'string' },
}

/** The sender decides on the format of the body and of its headers, so only text describes them. */
function rawBody({ input: { properties } }: MethodSpec): Json {
  const meanings = [properties.rawBody, properties.headers].flatMap((member) =>
    member && 'description' in member ? [String(member.description)] : [],
  )
  const description = meanings.join('. Headers: ')
  return { requestBody: { required: true, description, content: { '*/*': { schema: {} } } } }
}

function body(spec: MethodSpec, members: string[], required: Set<string>): Json {
  const schema = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(members.map((member) => [member, plain(spec.input.properties[member]!)])),
    required: members.filter((member) => required.has(member)),
  }
  return { requestBody: { required: true, content: { 'application/json': { schema } } } }
}

/** The success, the failures of the contract, and the failures of all routes; see `route-failures.ts`. */
function responses(spec: MethodSpec): Json {
  const byStatus: Record<string, Json> = {
    [spec.rest!.status ?? 200]: {
      description: 'Done',
      ...(spec.cache ? { headers: { ETag: ETAG } } : {}),
      content: { 'application/json': { schema: plain(spec.output) } },
    },
    ...(spec.cache ? { 304: { description: 'Not modified', headers: { ETag: ETAG } } } : {}),
  }
  const shared = new Map(
    sharedResponses
      .filter(({ appliesTo }) => appliesTo?.(spec) ?? true)
      .map((response) => [response.status, response]),
  )
  const declared = Map.groupBy(Object.entries(spec.failures), ([, failure]) => failure.status)
  for (const status of new Set([...declared.keys(), ...shared.keys()]))
    byStatus[status] = failureResponse(status, declared.get(status), shared.get(status))
  return byStatus
}

type Group = [code: string, FailureSpec][]

/** The response of one status: the failures of the contract together with those of all routes. */
function failureResponse(
  status: number,
  declared: Group | undefined,
  shared: SharedResponse | undefined,
): Json {
  if (!declared) return { $ref: `#/components/responses/${shared!.name}` }
  const codes = new Set(declared.map(([code]) => code))
  const others = Object.entries(shared?.failures ?? {}).filter(([code]) => !codes.has(code))
  return problemResponse(status, [...declared, ...others])
}

function problemResponse(status: number, group: Group): Json {
  const headers = [
    ...(hasRetryAfter(status) ? ['Retry-After'] : []),
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
      data: { description: 'as documented for the code' },
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
      traceId: { type: 'string', description: 'identifies the log lines of this request' },
    },
  }
}

/** Removes the symbols of the schema library. */
function plain(schema: TSchema): unknown {
  return JSON.parse(JSON.stringify(schema))
}
