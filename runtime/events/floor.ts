const TRAIL_MS = 5000
const STEP_MS = 250

/**
 * The position up to which nothing waits, so that no reading has to pass what was deleted there: its index entries stay
 * until they are vacuumed, and for as long as any transaction is open. It stays some seconds behind, because an event
 * with a lower position may be committed later; what takes longer is found by a look at the whole table.
 */
export class Floor {
  #position = 0
  #passed: { at: number; position: number }[] = []

  get position(): number {
    const now = performance.now()
    while (this.#passed[0] && this.#passed[0].at < now - TRAIL_MS)
      this.#position = this.#passed.shift()!.position
    return this.#position
  }

  /** Everything up to `position` that could be seen was delivered, or is remembered. */
  passed(position: number): void {
    const at = performance.now()
    const last = this.#passed.at(-1)
    if (position > Math.max(this.#position, last?.position ?? 0) && (!last || at - last.at > STEP_MS))
      this.#passed.push({ at, position })
  }

  /** Something above `position` waits again. */
  lower(position: number): void {
    this.#passed = this.#passed.filter((each) => each.position <= position)
    this.#position = Math.min(this.#position, position)
  }

  reset(): void {
    this.#passed = []
    this.#position = 0
  }
}
