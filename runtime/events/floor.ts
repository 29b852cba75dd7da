const TRAIL_MS = 5000
const STEP_MS = 250

/**
 * The position up to which no events wait. Reads start above it, so that they need not skip the index entries of
 * deleted rows, which stay until a vacuum, and as long as any transaction is open. The floor stays some seconds behind,
 * because an event with a lower position may be committed later. A sweep of the whole table finds events that took even
 * longer.
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

  /** Call it when all visible events up to `position` were delivered or read. */
  passed(position: number): void {
    const at = performance.now()
    const last = this.#passed.at(-1)
    if (position > Math.max(this.#position, last?.position ?? 0) && (!last || at - last.at > STEP_MS))
      this.#passed.push({ at, position })
  }

  /** Call it when an event above `position` waits again. */
  lower(position: number): void {
    this.#passed = this.#passed.filter((each) => each.position <= position)
    this.#position = Math.min(this.#position, position)
  }

  reset(): void {
    this.#passed = []
    this.#position = 0
  }
}
