/** Longer than transactions that emit events usually take. */
const TRAIL_MS = 5000
/** The least time between two positions that are kept as later floors. */
const STEP_MS = 250

/**
 * The position up to which no events wait. Reads start above it. Otherwise they would skip the index entries of all
 * deleted rows, which PostgreSQL keeps until a vacuum, and as long as any transaction is open. The floor stays
 * `TRAIL_MS` behind, because an event with a lower position may be committed later. A sweep of the whole table finds
 * events that were committed even later.
 */
export class Floor {
  #position = 0
  /** Positions that become the floor `TRAIL_MS` after their time. */
  #upcoming: { at: number; position: number }[] = []

  get position(): number {
    const now = performance.now()
    while (this.#upcoming[0] && this.#upcoming[0].at < now - TRAIL_MS)
      this.#position = this.#upcoming.shift()!.position
    return this.#position
  }

  /** Call it when all visible events up to `position` were delivered or read. */
  passed(position: number): void {
    const at = performance.now()
    const last = this.#upcoming.at(-1)
    if (position > Math.max(this.#position, last?.position ?? 0) && (!last || at - last.at > STEP_MS))
      this.#upcoming.push({ at, position })
  }

  /** Call it when an event above `position` waits again. */
  lower(position: number): void {
    this.#upcoming = this.#upcoming.filter((each) => each.position <= position)
    this.#position = Math.min(this.#position, position)
  }

  reset(): void {
    this.#upcoming = []
    this.#position = 0
  }
}
