import type { FastifyInstance } from 'fastify'
import type { ContractMethod } from '../call/call.ts'
import { API_PREFIX } from './api-routes.ts'
import { apiDocumentation } from './documentation-page.ts'
import { createOpenApi } from './openapi.ts'

/** The version of the whole public API. Routes under `/api/v1` stay compatible. */
export const API_VERSION = '1.0.0'

/** Serves the OpenAPI document, and a page that renders it. */
export function addDocumentation(
  app: FastifyInstance,
  methods: readonly ContractMethod[],
  publicUrl: string,
): void {
  const document = createOpenApi(methods, publicUrl, API_VERSION)
  const json = Buffer.from(JSON.stringify(document))
  const page = Buffer.from(String(apiDocumentation(document as never)))
  app.get(`${API_PREFIX}/openapi.json`, (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(json),
  )
  app.get('/api/docs', (_request, reply) =>
    reply.header('content-type', 'text/html; charset=utf-8').send(page),
  )
  app.get('/api/docs.css', (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').send(DOCUMENTATION_CSS),
  )
}

const DOCUMENTATION_CSS = `
:root { color-scheme: light dark; --ink: #17211b; --soft: #55645a; --line: #d9ddd5; --paper: #fbfaf6; --code: #f1efe6; --leaf: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceee8; --soft: #a9b5ac; --line: #3a443d; --paper: #151b17; --code: #1f2822; --leaf: #f0c14b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 6rem; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { margin-top: 3rem; text-transform: capitalize; border-bottom: 1px solid var(--line); }
a { color: var(--leaf); display: inline-block; min-height: 24px; min-width: 24px; } nav ul { columns: 14rem; padding-left: 1rem; } nav a { padding-block: .2rem; overflow-wrap: anywhere; }
article { margin: 2rem 0; padding-top: .5rem; } article h3 { margin: 0; font-size: 1.05rem; overflow-wrap: anywhere; }
.verb { display: inline-block; min-width: 4.2rem; color: var(--leaf); font-weight: 700; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; } pre { background: var(--code); padding: 1rem; overflow-x: auto; border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; } td { overflow-wrap: anywhere; } td:nth-child(2) { overflow-wrap: normal; } th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); }
.soft { color: var(--soft); } :focus-visible { outline: 3px solid var(--leaf); outline-offset: 2px; }
`
