import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import type { MethodSpec } from '../contract/contract.ts'
import { runtimeFailure } from '../contract/failure.ts'

/** Parses a JSON body. Unlike a lenient decoder it refuses bytes that are not UTF-8, and an empty body is no input. */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw runtimeFailure('MALFORMED_BODY', 'Cannot read the body: it is not UTF-8')
  const text = body.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw runtimeFailure(
      'MALFORMED_BODY',
      `Cannot read the body: it is not JSON (${(error as Error).message})`,
    )
  }
  if (SURROGATE_ESCAPE.test(text)) refuseHalfCharacters(value)
  return value
}

/** Compressed bodies are not read: what is small may unpack to what fills the memory. */
export function refuseCoding(coding: string | undefined): void {
  if (coding === undefined || coding.toLowerCase() === 'identity') return
  throw runtimeFailure(
    'UNSUPPORTED_MEDIA_TYPE',
    `Cannot read the body: it is in the coding "${coding.slice(0, 40)}"; send it without Content-Encoding`,
  )
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

/** Half of a surrogate pair is no character: the database has no way to keep it in JSON, and text would lose it. */
function refuseHalfCharacters(root: unknown): void {
  const waiting: { value: unknown; at: string }[] = [{ value: root, at: '' }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, at } = next
    if (typeof value === 'string' && !value.isWellFormed()) refuseField(at)
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value)) {
      if (!name.isWellFormed()) refuseField(at)
      waiting.push({ value: member, at: `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` })
    }
  }
}

function refuseField(field: string): never {
  throw runtimeFailure(
    'INVALID_INPUT',
    `Cannot take the input: ${field} has half a character (a lone surrogate)`,
    {
      fields: [{ field, message: 'has half a character (a lone surrogate)' }],
    },
  )
}

/** Puts a method's input together from path, query and body, as its contract says. */
export function readInput(spec: MethodSpec, request: FastifyRequest): unknown {
  const params = request.params as Record<string, string>
  if (spec.rest?.raw) {
    return {
      ...params,
      rawBody: (request.body as Buffer | undefined)?.toString('utf8') ?? '',
      headers: plainHeaders(request),
    }
  }
  if (['GET', 'HEAD', 'DELETE'].includes(request.method)) {
    return { ...coerceQuery(spec.input, request.query as Record<string, unknown>), ...params }
  }
  const { body } = request
  if (body === undefined || body === null) return { ...params }
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw runtimeFailure('INVALID_INPUT', 'Cannot take the input: the body must be a JSON object', {
      fields: [{ field: '', message: 'must be object' }],
    })
  }
  for (const [name, value] of Object.entries(params)) {
    const twice = (body as Record<string, unknown>)[name]
    if (twice !== undefined && twice !== value) {
      throw runtimeFailure(
        'INVALID_INPUT',
        `Cannot take the input: /${name} differs from the one in the address`,
        {
          fields: [{ field: `/${name}`, message: 'differs from the one in the address' }],
        },
      )
    }
  }
  return { ...body, ...params }
}

/** Query values are text; numbers and booleans are read as such where the schema has them. */
function coerceQuery(schema: TObject, query: Record<string, unknown>): Record<string, unknown> {
  // Without a prototype, `__proto__` is a member like any other: an unknown one.
  const input: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(query)) {
    const type = (schema.properties[name] as { type?: string } | undefined)?.type
    if (type === 'integer' && typeof value === 'string' && /^-?\d{1,16}$/.test(value))
      input[name] = Number(value)
    else if (type === 'boolean' && (value === 'true' || value === 'false')) input[name] = value === 'true'
    else input[name] = value
  }
  return input
}

function plainHeaders(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers[name] = value
  }
  return headers
}
