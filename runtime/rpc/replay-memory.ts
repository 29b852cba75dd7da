import { runtimeFailure } from '../contract/failure.ts'

const BUCKET_S = 10

/**
 * Remembers which tokens were used, until they expire. They are kept in buckets of ten seconds of expiry, so that what is
 * past is dropped without looking at each. Full, it refuses new ones rather than forget old ones.
 */
export class ReplayMemory {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #capacity: number
  #size = 0
  #swept = 0

  constructor(capacity = 1_000_000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  /** Keeps an id until `exp`; answers whether it is new. Times are in seconds since the epoch. Throws OVERLOADED when full. */
  keep(id: string, exp: number, now: number): boolean {
    this.#sweep(Math.floor(now / BUCKET_S))
    const at = Math.floor(exp / BUCKET_S)
    let bucket = this.#buckets.get(at)
    if (bucket?.has(id)) return false
    if (this.#size >= this.#capacity)
      throw runtimeFailure('OVERLOADED', 'Cannot take the request: too many came within a short time', {
        retryAfterSeconds: 1,
      })
    if (!bucket) {
      bucket = new Set()
      this.#buckets.set(at, bucket)
    }
    bucket.add(id)
    this.#size++
    return true
  }

  #sweep(current: number): void {
    if (current === this.#swept) return
    this.#swept = current
    for (const [at, bucket] of this.#buckets) {
      if (at >= current) continue
      this.#size -= bucket.size
      this.#buckets.delete(at)
    }
  }
}
