import { type Html, html } from '../html/html.ts'

interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  description?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  default?: unknown
  [keyword: string]: unknown
}

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Schema }[]
  requestBody?: { description?: string; content: Record<string, { schema: Schema }> }
  /** Responses that many operations share are references to the components. */
  responses: Record<string, Response | { $ref: string }>
}

interface Response {
  description: string
  content?: Record<string, { schema: Schema }>
}

export interface OpenApi {
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, Response> }
}

/** Renders the OpenAPI document as a page without scripts, with one heading for each operation. */
export function apiDocumentation(document: OpenApi): Html {
  const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ path, verb: verb.toUpperCase(), ...operation })),
  )
  const groups = [...Map.groupBy(operations, (operation) => operation.tags[0] ?? '')]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}</title><link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header><p><a href="/">Back to the shop</a></p>
<h1>${document.info.title}</h1>
<p>${prose(document.info.description)}</p>
<p>All paths are below <code>${document.servers[0]?.url}</code>. For programs there is an <a href="/api/v1/openapi.json">OpenAPI 3.1 document</a>.</p></header>
<nav aria-label="Operations"><ul>${operations.map((each) => html`<li><a href="#${each.operationId}">${each.operationId}</a></li>`)}</ul></nav>
<main>${sharedResponses(operations, document.components.responses)}
${groups.map(([name, members]) => html`<section><h2>${name}</h2>${members.map(operationArticle)}</section>`)}</main>
</body>
</html>`
}

/** The responses that many operations share, described once. */
function sharedResponses(operations: Operation[], components: OpenApi['components']['responses']): Html {
  const statuses = new Map<string, string>()
  for (const { responses } of operations)
    for (const [status, response] of Object.entries(responses))
      if ('$ref' in response) statuses.set(response.$ref.split('/').at(-1)!, status)
  const rows = [...statuses].sort(([, a], [, b]) => Number(a) - Number(b))
  if (rows.length === 0) return html``
  return html`<section id="shared-responses"><h2>Responses that many operations share</h2>
${rows.map(([name, status]) => html`<p><strong>${status}</strong> ${prose(components[name]!.description)}</p>`)}</section>`
}

function operationArticle(operation: Operation & { path: string; verb: string }): Html {
  const request = operation.requestBody && Object.values(operation.requestBody.content)[0]
  return html`<article id="${operation.operationId}">
<h3><span class="verb">${operation.verb}</span> <code>${operation.path}</code></h3>
<p>${prose(operation.summary)} <span class="soft">${prose(operation.description)}</span></p>
${operation.parameters.length > 0 ? parameterTable(operation.parameters) : null}
${request ? html`<h4>Body</h4>${operation.requestBody?.description && html`<p>${prose(operation.requestBody.description)}</p>`}${schemaBlock(request.schema, `Body of ${operation.operationId}`)}` : null}
<h4>Responses</h4>
${Object.entries(operation.responses).map(([status, response]) => {
  if ('$ref' in response) return null
  const content = response.content?.['application/json']
  return html`<p><strong>${status}</strong> ${prose(response.description)}</p>${
    content ? schemaBlock(content.schema, `Response ${status} of ${operation.operationId}`) : null
  }`
})}
${sharedStatuses(operation)}
</article>`
}

function sharedStatuses({ responses }: Operation): Html | null {
  const statuses = Object.entries(responses).flatMap(([status, response]) =>
    '$ref' in response ? [status] : [],
  )
  if (statuses.length === 0) return null
  return html`<p class="soft"><a href="#shared-responses">Responses that many operations share</a>: ${statuses.join(', ')}</p>`
}

/** Renders text; parts between backticks become code. */
function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

function parameterTable(parameters: Operation['parameters']): Html {
  return html`<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Type</th></tr></thead>
<tbody>${parameters.map(
    (
      each,
    ) => html`<tr><td><code>${each.name}</code>${each.required ? ' (required)' : null}</td><td>${each.in}</td>
<td><code>${outline(each.schema, 0)}</code> ${prose(each.description ?? each.schema.description ?? '')}</td></tr>`,
  )}</tbody></table>`
}

function schemaBlock(schema: Schema, label: string): Html {
  return html`<pre tabindex="0" role="region" aria-label="${label}"><code>${outline(schema, 0)}</code></pre>`
}

/** Writes a schema in short: `{ id: string, lines: [ … ] }`, with a question mark for optional members, and limits. */
export function outline(schema: Schema, depth: number): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map((branch) => outline(branch, depth)).join(' | ')
  if (schema.type === 'array')
    return `[ ${outline(schema.items ?? {}, depth)} ]${limits(schema.minItems, schema.maxItems, ' items')}`
  if (schema.type !== 'object') return String(schema.type ?? 'anything') + limitsOf(schema)
  const members = Object.entries(schema.properties ?? {})
  if (members.length === 0) return '{ … }'
  const indent = '  '.repeat(depth + 1)
  const lines = members.map(([name, member]) => {
    const optional = schema.required?.includes(name) ? '' : '?'
    return `${indent}${name}${optional}: ${outline(member, depth + 1)}`
  })
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
}

function limitsOf(schema: Schema): string {
  const defaultText = schema.default === undefined ? '' : `, default ${JSON.stringify(schema.default)}`
  return (
    limits(schema.minimum, schema.maximum, '') +
    limits(schema.minLength, schema.maxLength, ' characters') +
    defaultText
  )
}

function limits(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return ''
  if (most === undefined) return `, ${least}${unit} or more`
  if (least === undefined) return `, ${most}${unit} or fewer`
  return least === most ? `, ${least}${unit}` : `, ${least} to ${most}${unit}`
}
