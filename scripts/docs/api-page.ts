import type { MethodSpec } from '#runtime/contract/contract.ts'
import { THING_TOKEN_HEADER } from '#runtime/http/identify.ts'
import { TOKENS } from '#runtime/http/openapi.ts'
import { sharedAnswers } from '#runtime/http/route-failures.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { describeSchema, type Schema } from './describe-schema.ts'
import { GENERATED, table } from './markdown.ts'

const INTRODUCTION = `# The API

REST and JSON below \`/api/v1\`. [openapi.json](openapi.json) is the same for programs (OpenAPI 3.1); a running shop
serves both at \`/api/v1/openapi.json\` and \`/api/docs\`.

- Money is \`{ "amount": 1999, "currency": "EUR" }\`, in integer minor units. Ids are opaque. Times are RFC 3339 in UTC.
- Lists are \`{ "items": [], "nextCursor": null }\`; give \`nextCursor\` back as \`cursor\` for the next page.
- Every write takes an \`Idempotency-Key\` header of 20 to 255 characters, such as a UUID: a repeat by the same caller with
  the same key returns the first answer, the same key with another input is refused with 409. Keys belong to a customer,
  a staff member or a cart's token; without any of these a repeat is executed again, and so is a guest's whose answer
  holds a secret ([decision 16](../decisions/0016-keys-belong-to-callers.md)).
- Errors are RFC 9457 problem details with a stable \`code\`; bad input (400 \`INVALID_INPUT\`) names the fields.
- ${TOKENS}
- Any route may answer with what [Answers of many routes](#answers-of-many-routes) lists. Answers with 429, 503 and 504 say
  in \`Retry-After\` after how many seconds another try makes sense.
`

const SHARED_ANSWERS = `## Answers of many routes

${table(
  ['failure', 'status', 'when', 'routes'],
  sharedAnswers.flatMap(({ failures, routes }) =>
    Object.entries(failures).map(([code, { status, summary }]) => [
      `\`${code}\``,
      String(status),
      summary,
      routes,
    ]),
  ),
)}

An address that does not take a method answers 405 \`METHOD_NOT_ALLOWED\` with \`Allow\`, one that leads nowhere 404
\`NOT_FOUND\`, a request that does not arrive in time 408 \`REQUEST_TIMEOUT\`.`

/** The page of all routes, by module: inputs, output, failures. */
export function apiPage(modules: readonly ModuleDefinition[]): string {
  const sections = modules.flatMap(({ contract }) => {
    const methods = Object.entries(contract.methods).filter(([, spec]) => spec.rest)
    if (methods.length === 0) return []
    return [
      `## ${contract.name}\n\n${contract.summary}.`,
      ...methods.map(([name, spec]) => route(name, spec)),
    ]
  })
  const head = [INTRODUCTION.trimEnd(), SHARED_ANSWERS]
  return `${[GENERATED + head.join('\n\n'), ...sections].join('\n\n')}\n`
}

function route(name: string, spec: MethodSpec): string {
  const rest = spec.rest!
  return [
    `### ${rest.method} ${rest.path}`,
    `${spec.summary} (\`${name}\`, ${accessWords(spec.access)})`,
    table(['input', 'in', 'type', 'meaning'], inputs(spec)),
    `Answers ${rest.status ?? 200}: \`${describeSchema(spec.output as Schema).replaceAll('`', '')}\``,
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

function accessWords(access: MethodSpec['access']): string {
  if (access === 'public') return 'for anybody'
  if (access === 'customer') return 'for logged-in customers'
  return `for staff with \`${access.slice('staff:'.length)}\``
}

function inputs(spec: MethodSpec): string[][] {
  const rest = spec.rest!
  const schema = spec.input as Schema
  const rows = Object.entries(schema.properties ?? {})
  const required = new Set(schema.required)
  const headers =
    spec.thingToken === undefined
      ? []
      : [
          [
            `\`${THING_TOKEN_HEADER}\``,
            spec.access === 'customer' ? 'header' : 'header, optional',
            'string (at most 200 characters)',
            `beside a customer's session: ${spec.thingToken}`,
          ],
        ]
  const members = rows.map(([name, member]) => {
    const inPath = rest.path.includes(`{${name}}`)
    const place = inPath ? 'path' : rest.method === 'GET' || rest.method === 'DELETE' ? 'query' : 'body'
    const mark = required.has(name) ? '' : ', optional'
    return [`\`${name}\``, place + mark, describeSchema(member), member.description ?? '']
  })
  return [...members, ...headers]
}
