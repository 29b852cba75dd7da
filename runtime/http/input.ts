import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import type { MethodSpec } from '../contract/contract.ts'
import { runtimeFailure } from '../contract/failure.ts'

/** Parses a JSON body. An empty body is an empty object. Throws MALFORMED_BODY for bytes that are not UTF-8 or JSON. */
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
  if (SURROGATE_ESCAPE.test(text)) refuseLoneSurrogates(value)
  return value
}

/** Refuses compressed bodies: a small one may decompress to more than the memory can hold. */
export function refuseCoding(coding: string | undefined): void {
  if (coding === undefined || coding.toLowerCase() === 'identity') return
  throw runtimeFailure(
    'UNSUPPORTED_MEDIA_TYPE',
    `Cannot read the body: it has the encoding "${coding.slice(0, 40)}"; send it without Content-Encoding`,
  )
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/

/** Refuses lone surrogates: the database cannot store them in JSON, and would lose them in text. */
function refuseLoneSurrogates(root: unknown): void {
  const pending: { value: unknown; at: string }[] = [{ value: root, at: '' }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, at } = next
    if (typeof value === 'string' && !value.isWellFormed()) refuseField(at)
    if (typeof value !== 'object' || value === null) continue
    for (const [name, member] of Object.entries(value)) {
      if (!name.isWellFormed()) refuseField(at)
      pending.push({ value: member, at: `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` })
    }
  }
}

function refuseField(field: string): never {
  throw runtimeFailure(
    'INVALID_INPUT',
    `Cannot accept the input: ${field} has an incomplete character (a lone surrogate)`,
    {
      fields: [{ field, message: 'has an incomplete character (a lone surrogate)' }],
    },
  )
}

/** Builds a method's input from path, query and body, according to its contract. */
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
    throw runtimeFailure('INVALID_INPUT', 'Cannot accept the input: the body must be a JSON object', {
      fields: [{ field: '', message: 'must be object' }],
    })
  }
  for (const [name, value] of Object.entries(params)) {
    const inBody = (body as Record<string, unknown>)[name]
    if (inBody !== undefined && inBody !== value) {
      throw runtimeFailure(
        'INVALID_INPUT',
        `Cannot accept the input: /${name} differs from the value in the path`,
        {
          fields: [{ field: `/${name}`, message: 'differs from the value in the path' }],
        },
      )
    }
  }
  return { ...body, ...params }
}

/** Converts the text values of a query to numbers and booleans, according to the schema. */
function coerceQuery(schema: TObject, query: Record<string, unknown>): Record<string, unknown> {
  // Without a prototype, so that `__proto__` is an ordinary, unknown member.
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
