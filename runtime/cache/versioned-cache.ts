import type { Versions } from './versions.ts'

/** How long a cached value is good: until one of these modules commits, and never longer than `maxAgeMs`. */
export interface Validity {
  dependsOn: readonly string[]
  maxAgeMs: number
}

interface Entry<Value> {
  value: Value
  version: number
  madeAt: number
}

/** Keeps the values used last, each under the version of what it was made from. */
export class VersionedCache<Value> {
  readonly #versions: Versions
  readonly #capacity: number
  readonly #entries = new Map<string, Entry<Value>>()
  readonly #making = new Map<string, { version: number; value: Promise<Value> }>()

  constructor(versions: Versions, capacity: number) {
    this.#versions = versions
    this.#capacity = capacity
  }

  /** The kept value while it is good. */
  peek(validity: Validity, key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (entry.version !== this.#versionOf(validity) || Date.now() - entry.madeAt > validity.maxAgeMs)
      return undefined
    return entry.value
  }

  /** The kept value while it is good, else a new one. Asked many times at once, it is made once; failures are not kept. */
  async get(validity: Validity, key: string, make: () => Promise<Value>): Promise<Value> {
    const kept = this.peek(validity, key)
    if (kept !== undefined) return kept
    const version = this.#versionOf(validity)
    const underWay = this.#making.get(key)
    if (underWay && underWay.version === version) return underWay.value
    const value = make()
    this.#making.set(key, { version, value })
    try {
      const made = await value
      // The version is the one from before the reading: a commit meanwhile makes the entry old at once.
      this.#put(key, { value: made, version, madeAt: Date.now() })
      return made
    } finally {
      if (this.#making.get(key)?.value === value) this.#making.delete(key)
    }
  }

  put(validity: Validity, key: string, version: number, value: Value): void {
    if (version === this.#versionOf(validity)) this.#put(key, { value, version, madeAt: Date.now() })
  }

  /** The version to hand to `put`; read it before what the value is made from. */
  version(validity: Validity): number {
    return this.#versionOf(validity)
  }

  #put(key: string, entry: Entry<Value>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!)
  }

  #versionOf(validity: Validity): number {
    let sum = 0
    for (const module of validity.dependsOn) sum += this.#versions.of(module)
    return sum
  }
}
