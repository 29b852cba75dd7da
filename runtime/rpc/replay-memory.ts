import { runtimeFailure } from '../contract/failure.ts'

const BUCKET_S = 10

/**
 * Remembers the ids of used tokens until they expire. Ids are kept in buckets by the time of expiry, ten seconds each,
 * so that expired ids are dropped a bucket at a time. When it is full, it refuses new ids and keeps the old ones.
 */
export class ReplayMemory {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #capacity: number
  #size = 0
  #sweptAt = 0

  constructor(capacity = 1_000_000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  /**
   * Adds an id until `exp`, and returns whether it is new. Times are in seconds since the epoch. Throws OVERLOADED when
   * full.
   */
  add(id: string, exp: number, now: number): boolean {
    this.#sweep(Math.floor(now / BUCKET_S))
    const key = Math.floor(exp / BUCKET_S)
    let bucket = this.#buckets.get(key)
    if (bucket?.has(id)) return false
    if (this.#size >= this.#capacity)
      throw runtimeFailure('OVERLOADED', 'Cannot accept the request: too many arrived within a short time', {
        retryAfterSeconds: 1,
      })
    if (!bucket) {
      bucket = new Set()
      this.#buckets.set(key, bucket)
    }
    bucket.add(id)
    this.#size++
    return true
  }

  #sweep(current: number): void {
    if (current === this.#sweptAt) return
    this.#sweptAt = current
    for (const [key, bucket] of this.#buckets) {
      if (key >= current) continue
      this.#size -= bucket.size
      this.#buckets.delete(key)
    }
  }
}
