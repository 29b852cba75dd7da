const MAX_NAMED = 10_000

/** What an audit found, in words; bounded, as a shop that lost a database has as many as it has orders. */
export class Problems {
  readonly #named: string[] = []
  #more = 0

  add(...problems: readonly string[]): void {
    for (const problem of problems) {
      if (this.#named.length < MAX_NAMED) this.#named.push(problem)
      else this.#more++
    }
  }

  get report(): { problems: string[]; more: number } {
    return { problems: this.#named, more: this.#more }
  }
}
