import { type Random, seededRandom } from './random.ts'

/** What can go wrong between the shop and the provider. */
export type FaultKind =
  /** The connection ends before the request is executed. */
  | 'lose_request'
  /** The request is executed, and the connection ends without an answer. */
  | 'lose_answer'
  /** The execution takes `ms`; its idempotency key is in use meanwhile. */
  | 'delay_request'
  /** The request is executed at once, and the answer takes `ms`. */
  | 'delay_answer'
  /** 500, not executed. The idempotency key keeps the 500. */
  | 'error_before'
  /** 500, executed. The idempotency key keeps the 500. */
  | 'error_after'
  /** 503, not executed, not kept. */
  | 'unavailable'
  /** 429, not executed, not kept. */
  | 'rate_limit'

export interface FaultRule {
  kind: FaultKind
  /** The requests that it concerns: a regular expression over verb and path, such as `POST /v1/refunds$`. Default: all. */
  on?: string
  /** How many requests it concerns. Default: all. */
  times?: number
  /** The share of these requests, from 0 to 1. Default: 1. */
  chance?: number
  /** For delays, in milliseconds. Default: 1,000. */
  ms?: number
}

/** Decides which request fails how. The same seed and order of requests give the same faults. */
export class Faults {
  readonly #random: Random
  #rules: FaultRule[] = []

  constructor(seed: number) {
    this.#random = seededRandom(seed ^ 0x5eed)
  }

  set(rules: FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ ...rule }))
  }

  /** The fault of this request, by the first rule that concerns it. `request` is verb and path. */
  next(request: string): FaultRule | undefined {
    const fault = this.#rules.find(
      ({ on = '', times, chance = 1 }) =>
        times !== 0 && new RegExp(on).test(request) && (chance === 1 || this.#random() < chance),
    )
    if (fault?.times) fault.times--
    return fault
  }
}
