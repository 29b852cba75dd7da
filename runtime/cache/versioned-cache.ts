import type { Versions } from './versions.ts'

/** How long a cached value is valid: until one of the modules `dependsOn` commits, and never longer than `maxAgeMs`. */
export interface Validity {
  dependsOn: readonly string[]
  maxAgeMs: number
}

interface Entry<Value> {
  value: Value
  version: number
  madeAt: number
}

/** Caches the `capacity` most recently stored values, each with the version of the modules that it depends on. */
export class VersionedCache<Value> {
  readonly #versions: Versions
  readonly #capacity: number
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #making = new Map<string, { version: number; value: Promise<Value> }>()

  constructor(versions: Versions, capacity: number) {
    this.#versions = versions
    this.#capacity = capacity
  }

  /** The cached value; undefined when there is no valid one. */
  peek(validity: Validity, key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.version !== this.versionOf(validity) || Date.now() - entry.madeAt > validity.maxAgeMs)
      return undefined
    return entry.value
  }

  /**
   * The cached value, or a new one when there is no valid one. Concurrent calls share one `make()`. Failures are not
   * cached.
   */
  async get(validity: Validity, key: string, make: () => Promise<Value>): Promise<Value> {
    const cached = this.peek(validity, key)
    if (cached !== undefined) return cached
    const version = this.versionOf(validity)
    const pending = this.#making.get(key)
    if (pending && pending.version === version) return pending.value
    const value = make()
    this.#making.set(key, { version, value })
    try {
      const made = await value
      // The version was read before the value, so a commit meanwhile makes the entry invalid at once.
      this.#put(key, { value: made, version, madeAt: Date.now() })
      return made
    } finally {
      if (this.#making.get(key)?.value === value) this.#making.delete(key)
    }
  }

  /** Caches a value, unless its modules have committed since `version` was read. */
  put(validity: Validity, key: string, version: number, value: Value): void {
    if (version === this.versionOf(validity)) this.#put(key, { value, version, madeAt: Date.now() })
  }

  #put(key: string, entry: Entry<Value>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!)
  }

  /** The version to pass to `put`: the sum of the modules' versions. Read it before reading the data for the value. */
  versionOf(validity: Validity): number {
    let sum = 0
    for (const module of validity.dependsOn) sum += this.#versions.of(module)
    return sum
  }
}
