import type { MethodSpec } from '#runtime/contract/contract.ts'
import { RESOURCE_TOKEN_HEADER } from '#runtime/http/identify.ts'
import { TOKENS } from '#runtime/http/openapi.ts'
import { sharedResponses } from '#runtime/http/route-failures.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { describeSchema, type Schema } from './describe-schema.ts'
import { GENERATED, table } from './markdown.ts'

const INTRODUCTION = `# The API

REST and JSON under \`/api/v1\`. [openapi.json](openapi.json) is the machine-readable form (OpenAPI 3.1). A running shop
serves both at \`/api/v1/openapi.json\` and \`/api/docs\`.

- Money is \`{ "amount": 1999, "currency": "EUR" }\`, in integer minor units. Ids are opaque. Times are RFC 3339 in UTC.
- Lists are \`{ "items": [], "nextCursor": null }\`. Send \`nextCursor\` as \`cursor\` to get the next page.
- Every write accepts an \`Idempotency-Key\` header of 20 to 255 characters, such as a UUID. A repeat by the same caller with
  the same key returns the first response; the same key with another input is refused with 409. Keys belong to a customer,
  a staff member or a cart's token. Without any of these, a repeat is executed again. So is a guest's request whose
  response contains a secret ([decision 16](../decisions/0016-keys-belong-to-callers.md)).
- Errors are RFC 9457 problem details with a stable \`code\`. Invalid input (400 \`INVALID_INPUT\`) names the fields.
- ${TOKENS}
- Every route may give the responses in [Responses of many routes](#responses-of-many-routes). In responses with 429, 503
  and 504, \`Retry-After\` is the number of seconds after which a retry makes sense.
`

const SHARED_RESPONSES = `## Responses of many routes

${table(
  ['failure', 'status', 'when', 'routes'],
  sharedResponses.flatMap(({ failures, routes }) =>
    Object.entries(failures).map(([code, { status, summary }]) => [
      `\`${code}\``,
      String(status),
      summary,
      routes,
    ]),
  ),
)}

The response to a method that an address does not accept is 405 \`METHOD_NOT_ALLOWED\` with \`Allow\`, to an unknown address
404 \`NOT_FOUND\`, and to a request that does not arrive in time 408 \`REQUEST_TIMEOUT\`.`

/** The page of all routes by module, with their inputs, outputs and failures. */
export function apiPage(modules: readonly ModuleDefinition[]): string {
  const sections = modules.flatMap(({ contract }) => {
    const methods = Object.entries(contract.methods).filter(([, spec]) => spec.rest)
    if (methods.length === 0) return []
    return [
      `## ${contract.name}\n\n${contract.summary}.`,
      ...methods.map(([name, spec]) => route(name, spec)),
    ]
  })
  const head = [INTRODUCTION.trimEnd(), SHARED_RESPONSES]
  return `${[GENERATED + head.join('\n\n'), ...sections].join('\n\n')}\n`
}

function route(name: string, spec: MethodSpec): string {
  const rest = spec.rest!
  return [
    `### ${rest.method} ${rest.path}`,
    `${spec.summary} (\`${name}\`, ${describeAccess(spec.access)})`,
    table(['input', 'in', 'type', 'meaning'], inputs(spec)),
    `Response ${rest.status ?? 200}: \`${describeSchema(spec.output as Schema).replaceAll('`', '')}\``,
    [...new Set(meaningsOfNull(spec.output as Schema))].join('\n'),
    table(
      ['failure', 'status', 'when', 'data'],
      Object.entries(spec.failures).map(([code, failure]) => [
        `\`${code}\``,
        String(failure.status),
        failure.summary,
        failure.data ? describeSchema(failure.data as Schema) : '',
      ]),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** A line for each member that may be null, with its path and its meaning. Includes members of lists and nested objects. */
function meaningsOfNull(schema: Schema, path = ''): string[] {
  const ofMembers = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const isNullable = member.anyOf?.some(({ type }) => type === 'null')
    const line = `- \`${path}${name}\`: ${member.description}`
    return [...(isNullable && member.description ? [line] : []), ...meaningsOfNull(member, `${path}${name}.`)]
  })
  const parts = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? [])]
  return [...ofMembers, ...parts.flatMap((part) => meaningsOfNull(part, path))]
}

function describeAccess(access: MethodSpec['access']): string {
  if (access === 'public') return 'public'
  if (access === 'customer') return 'for logged-in customers'
  return `for staff with \`${access.slice('staff:'.length)}\``
}

function inputs(spec: MethodSpec): string[][] {
  const rest = spec.rest!
  const schema = spec.input as Schema
  const rows = Object.entries(schema.properties ?? {})
  const required = new Set(schema.required)
  const headers =
    spec.resourceToken === undefined
      ? []
      : [
          [
            `\`${RESOURCE_TOKEN_HEADER}\``,
            spec.access === 'customer' ? 'header' : 'header, optional',
            'string (at most 200 characters)',
            `in addition to a customer's session: ${spec.resourceToken}`,
          ],
        ]
  const members = rows.map(([name, member]) => {
    if (rest.raw && name === 'rawBody') return ['the whole body', 'body', 'any', member.description ?? '']
    if (rest.raw && name === 'headers') return ['headers', 'header', 'string', member.description ?? '']
    const inPath = rest.path.includes(`{${name}}`)
    const place = inPath ? 'path' : rest.method === 'GET' || rest.method === 'DELETE' ? 'query' : 'body'
    const mark = required.has(name) ? '' : ', optional'
    return [`\`${name}\``, place + mark, describeSchema(member), member.description ?? '']
  })
  return [...members, ...headers]
}
