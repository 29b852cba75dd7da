import { isDeepStrictEqual } from 'node:util'
import { asCurl, type Exchange, type Wire } from './wire.ts'

/** One thing that an implementation must do. */
export interface Check {
  /** A sentence with the method first. */
  name: string
  run(wire: Wire): Promise<void>
}

/** What came was not what the contract or the protocol says. */
export class Mismatch extends Error {
  readonly expected: string
  readonly came: string
  readonly curl: string

  constructor(expected: string, came: string, exchange: Exchange | undefined) {
    super(`expected ${expected}, came ${came}`)
    this.expected = expected
    this.came = came
    this.curl = exchange ? asCurl(exchange) : ''
  }
}

/** Judges an answer by its status and, of a failure, its code. Both may be lists of what is allowed. */
export function expectAnswer(
  exchange: Exchange,
  statuses: number | number[],
  codes?: string | string[],
): void {
  const code = codeOf(exchange)
  const rightStatus = [statuses].flat().includes(exchange.status)
  const rightCode = codes === undefined || [codes].flat().includes(code ?? '')
  if (rightStatus && rightCode) return
  const expected = [[statuses].flat().join(' or '), [codes ?? []].flat().join(' or ')]
    .filter(Boolean)
    .join(' ')
  throw new Mismatch(expected, describe(exchange), exchange)
}

/** Judges whatever can be true or false of an answer. */
export function expectThat(holds: boolean, expected: string, exchange: Exchange | undefined): asserts holds {
  if (!holds) throw new Mismatch(expected, exchange ? describe(exchange) : 'nothing', exchange)
}

/** Whether `came` has everything that `expected` has, and lists are equal member by member. */
export function contains(came: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(came) &&
      came.length === expected.length &&
      expected.every((item, index) => contains(came[index], item))
    )
  if (expected === null || typeof expected !== 'object') return isDeepStrictEqual(came, expected)
  if (came === null || typeof came !== 'object') return false
  return Object.entries(expected).every(([name, member]) =>
    contains((came as Record<string, unknown>)[name], member),
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
