import { isDeepStrictEqual } from 'node:util'
import { asCurl, type Exchange, type Wire } from './wire.ts'

/** One requirement of an implementation. */
export interface Check {
  /** A sentence that starts with the method or path. */
  name: string
  run(wire: Wire): Promise<void>
}

/** An answer does not follow the contract or the protocol. */
export class Mismatch extends Error {
  readonly expected: string
  readonly received: string
  readonly curl: string

  constructor(expected: string, received: string, exchange: Exchange | undefined) {
    super(`expected ${expected}, received ${received}`)
    this.expected = expected
    this.received = received
    this.curl = exchange ? asCurl(exchange) : ''
  }
}

/** Checks the status of an answer and the code of a failure. Both may be lists of allowed values. Throws Mismatch. */
export function expectAnswer(
  exchange: Exchange,
  statuses: number | number[],
  codes?: string | string[],
): void {
  const code = codeOf(exchange)
  const statusMatches = [statuses].flat().includes(exchange.status)
  const codeMatches = codes === undefined || [codes].flat().includes(code ?? '')
  if (statusMatches && codeMatches) return
  const expected = [[statuses].flat().join(' or '), [codes ?? []].flat().join(' or ')]
    .filter(Boolean)
    .join(' ')
  throw new Mismatch(expected, describe(exchange), exchange)
}

/** Checks any condition on an answer. Throws Mismatch when it does not hold. */
export function expectThat(holds: boolean, expected: string, exchange: Exchange | undefined): asserts holds {
  if (!holds) throw new Mismatch(expected, exchange ? describe(exchange) : 'nothing', exchange)
}

/** Whether `actual` contains all members of `expected`. Lists must have the same length. */
export function contains(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => contains(actual[index], item))
    )
  if (expected === null || typeof expected !== 'object') return isDeepStrictEqual(actual, expected)
  if (actual === null || typeof actual !== 'object') return false
  return Object.entries(expected).every(([name, member]) =>
    contains((actual as Record<string, unknown>)[name], member),
  )
}

export function codeOf({ json }: Exchange): string | undefined {
  const code = (json as { code?: unknown } | undefined | null)?.code
  return typeof code === 'string' ? code : undefined
}

const SHOWN_CHARACTERS = 300

export function describe({ status, text }: Exchange): string {
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
  return status === 0 ? 'no answer' : `${status} ${shown.trim()}`
}
