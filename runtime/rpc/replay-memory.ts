import { runtimeFailure } from '../contract/failure.ts'

const BUCKET_S = 10

/**
 * Remembers the ids of used tokens until they expire. A bucket has the ids that expire within the same ten seconds, and
 * is dropped as a whole. When the memory is full, it refuses new ids and keeps the old ones.
 */
export class ReplayMemory {
  readonly #buckets = new Map<number, Set<string>>()
  readonly #capacity: number
  #size = 0
  /** The bucket of the time of the last sweep. */
  #sweptTo = 0

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

  #sweep(currentKey: number): void {
    if (currentKey === this.#sweptTo) return
    this.#sweptTo = currentKey
    for (const [key, bucket] of this.#buckets) {
      if (key >= currentKey) continue
      this.#size -= bucket.size
      this.#buckets.delete(key)
    }
  }
}
