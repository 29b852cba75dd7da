import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Api } from './api/serve.ts'
import { ApiError } from './api-error.ts'
import { control, type Parts } from './control.ts'
import { runDue } from './due.ts'
import { Faults } from './faults.ts'
import { hostedCheckoutPage } from './pages/hosted-checkout.ts'
import { type PageReply, type PageRequest, pageOf } from './pages/page.ts'
import { elementSession, paymentElementHtml } from './pages/payment-element.ts'
import { threeDSecurePage } from './pages/three-d-secure.ts'
import { WebhookSender } from './webhooks.ts'
import { apiVersion, Scope, World } from './world.ts'

const browserScript = (name: string) =>
  readFileSync(new URL(`browser/${name}`, import.meta.url), 'utf8').replaceAll('__VERSION__', apiVersion)

/** Scripts and the frame, as Stripe serves them from js.stripe.com. The script has a path for each release of the API. */
const assets: [RegExp, { type: string; text: string }][] = [
  [/^\/(?:v3\/?|[a-z]+\/stripe\.js)$/, { type: 'text/javascript', text: browserScript('stripe.js') }],
  [/^\/elements\/element\.js$/, { type: 'text/javascript', text: browserScript('element.js') }],
  [/^\/elements\/payment$/, { type: 'text/html', text: paymentElementHtml }],
]

const pages: [RegExp, (request: PageRequest) => PageReply][] = [
  [/^\/3d-secure\/(\w+)$/, threeDSecurePage],
  [/^\/c\/pay\/(\w+)$/, hostedCheckoutPage],
]

/** Starts the emulator on 127.0.0.1 and returns its port. For 0 it takes a free one. */
async function start({ port, seed }: { port: number; seed: number }): Promise<number> {
  const world = new World(seed)
  const faults = new Faults(seed)
  const webhooks = new WebhookSender(seed, () => world.now())
  world.onEvent = (event) => webhooks.accept(event)
  const parts: Parts = { world, faults, webhooks, api: new Api(world, faults) }
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => sendError(response, error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo
  world.origin = `http://127.0.0.1:${actual}`
  return actual
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', parts.world.origin)
  const body = await readBody(request)
  runDue(parts.world)
  if (url.pathname.startsWith('/_control/')) {
    const answer = await control(parts, url.pathname.slice('/_control/'.length), body ? JSON.parse(body) : {})
    return send(response, 200, 'application/json', JSON.stringify(answer))
  }
  if (url.pathname.startsWith('/v1/')) return serveApi(parts, request, response, url, body)
  if (url.pathname === '/elements/session')
    return send(
      response,
      200,
      'application/json',
      JSON.stringify(elementSession(parts.world, url.searchParams)),
    )
  const asset = assets.find(([pattern]) => pattern.test(url.pathname))?.[1]
  if (asset) return send(response, 200, asset.type, asset.text)
  return servePage(parts, request, response, url, body)
}

async function serveApi(
  { api, webhooks }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): Promise<void> {
  // Stripe's script calls the API from the shop's pages
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', 'authorization, content-type, stripe-version')
  if (request.method === 'OPTIONS') return send(response, 204, 'text/plain', '')
  const header = (name: string) => request.headers[name]?.toString()
  const reply = await api.serve({
    verb: request.method ?? 'GET',
    path: url.pathname,
    form: [url.search.slice(1), body].filter(Boolean).join('&'),
    authorization: header('authorization'),
    version: header('stripe-version'),
    idempotencyKey: header('idempotency-key'),
  })
  if (webhooks.settings.mode === 'before') await webhooks.idle()
  if (reply.isLost) {
    response.destroy()
    return
  }
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
  send(response, reply.status, 'application/json', reply.body)
}

function servePage(
  { world }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: string,
): void {
  const reply = replyOfPage(world, url, request.method === 'POST' ? body : undefined)
  if ('html' in reply) {
    send(response, reply.status, 'text/html', reply.html)
  } else {
    response.setHeader('location', reply.location)
    send(response, 303, 'text/plain', '')
  }
}

function replyOfPage(world: World, { pathname, searchParams }: URL, body: string | undefined): PageReply {
  for (const [pattern, page] of pages) {
    const id = pattern.exec(pathname)?.[1]
    if (!id) continue
    const scope = new Scope(world, world.findAny(true, id) !== undefined)
    const fields = body === undefined ? undefined : Object.fromEntries(new URLSearchParams(body))
    const reply = page({ scope, id, fields, isEmbedded: searchParams.has('embedded') })
    scope.finish()
    return reply
  }
  return { status: 404, html: pageOf('Not found', '') }
}

function sendError(response: ServerResponse, error: unknown): void {
  const isExpected = error instanceof ApiError
  if (!isExpected)
    process.stderr.write(`The Stripe emulator failed: ${(error as Error).stack ?? String(error)}\n`)
  const body = isExpected ? error.body : { type: 'api_error', message: String(error) }
  send(response, isExpected ? error.status : 500, 'application/json', JSON.stringify({ error: body }))
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` })
  response.end(text)
}

/** As a program it reads its port (0: a free one) and seed from the environment, and prints the port as JSON. */
if (import.meta.main) {
  const { PORT = '0', SEED = '1' } = process.env
  process.stdout.write(
    `${JSON.stringify({ port: await start({ port: Number(PORT), seed: Number(SEED) }) })}\n`,
  )
  // Exit with the parent process, which holds the other end of stdin
  process.stdin.resume().once('end', () => process.exit())
}
