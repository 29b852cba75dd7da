import { Agent, request } from 'undici'
import { TokenMaker, type TokenOptions } from './token.ts'

/** A request and its answer. */
export interface Exchange {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body: string
  /** The arguments with which `pando token` creates such a token again. Undefined for a forged token. */
  tokenArguments: string[] | undefined
  status: number
  answerHeaders: Record<string, string>
  text: string
  /** The parsed body of the answer; undefined when it is not JSON. */
  json: unknown
}

export interface SendOptions {
  method?: 'GET' | 'POST'
  body?: string
  headers?: Record<string, string>
  /** The audience of the token. Default: no token. */
  audience?: string
  token?: TokenOptions
}

const TIMEOUT_MS = 30_000

/** Sends requests to an implementation. */
export class Wire {
  readonly origin: string
  readonly tokens: TokenMaker
  readonly #agent = new Agent({ connections: 32 })
  /** The last exchange; its status is 0 while there is no answer. */
  last: Exchange | undefined

  constructor(origin: string, secret: string) {
    this.origin = origin.replace(/\/+$/, '')
    this.tokens = new TokenMaker(secret)
  }

  async send(path: string, options: SendOptions = {}): Promise<Exchange> {
    const { method = 'POST', body = method === 'POST' ? '{}' : '', audience } = options
    const headers: Record<string, string> = {
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(audience === undefined
        ? {}
        : { authorization: `Bearer ${this.tokens.make(audience, body, options.token)}` }),
      ...options.headers,
    }
    const url = this.origin + path
    const sent = { method, url, headers, body, tokenArguments: tokenArguments(audience, body, options.token) }
    this.last = { ...sent, status: 0, answerHeaders: {}, text: '', json: undefined }
    const response = await request(url, {
      method,
      headers,
      ...(method === 'POST' ? { body } : {}),
      headersTimeout: TIMEOUT_MS,
      dispatcher: this.#agent,
    })
    const text = await response.body.text()
    const answerHeaders = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    )
    const exchange = { ...sent, status: response.statusCode, answerHeaders, text, json: parse(text) }
    this.last = exchange
    return exchange
  }

  /** Reads the lines of a stream until `isEnough` returns true, for 30 s at most. */
  async readLines(path: string, audience: string, isEnough: (lines: string[]) => boolean): Promise<string[]> {
    const headers = { authorization: `Bearer ${this.tokens.make(audience, '')}` }
    const url = this.origin + path
    const sent = { method: 'GET' as const, url, headers, body: '', tokenArguments: [audience] }
    this.last = { ...sent, status: 0, answerHeaders: {}, text: '', json: undefined }
    const response = await request(sent.url, { headers, dispatcher: this.#agent })
    const contentType = String(response.headers['content-type'])
    const answer = { status: response.statusCode, answerHeaders: { 'content-type': contentType } }
    let text = ''
    const timer = setTimeout(() => response.body.destroy(), TIMEOUT_MS)
    try {
      for await (const chunk of response.body) {
        text += String(chunk)
        this.last = { ...sent, ...answer, text, json: undefined }
        if (isEnough(completeLines(text))) break
      }
    } catch {
      // The timer has ended the stream: return the lines that were received.
    } finally {
      clearTimeout(timer)
      response.body.destroy()
    }
    return completeLines(text)
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** A curl command that repeats the request. */
export function asCurl({ method, url, headers, body, tokenArguments }: Exchange): string {
  const parts = ['curl -i', quote(url)]
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'authorization' && tokenArguments)
      parts.push(`-H "Authorization: Bearer $(pando token ${tokenArguments.map(quote).join(' ')})"`)
    else parts.push(`-H ${quote(`${name}: ${value}`)}`)
  }
  if (method === 'POST') parts.push(`--data-raw ${quote(body)}`)
  return parts.join(' ')
}

function tokenArguments(
  audience: string | undefined,
  body: string,
  { claims = {}, ...forged }: TokenOptions = {},
): string[] | undefined {
  const { key, caller, ...others } = claims
  if (audience === undefined || Object.keys({ ...forged, ...others }).length > 0) return undefined
  return [
    audience,
    ...(body === '' ? [] : ['--body', body]),
    ...(key === undefined ? [] : ['--key', key]),
    ...(caller === undefined ? [] : ['--caller', JSON.stringify(caller)]),
  ]
}

function completeLines(text: string): string[] {
  return text.split('\n').slice(0, -1)
}

function quote(text: string): string {
  if (/^[\w.:/@%+,-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
