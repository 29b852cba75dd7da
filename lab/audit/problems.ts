const MAX_LISTED = 10_000

/**
 * The problems that an audit found. Lists a limited number: a shop that lost a database may have one for each order.
 */
export class Problems {
  readonly #listed: string[] = []
  #more = 0

  add(...problems: readonly string[]): void {
    for (const problem of problems) {
      if (this.#listed.length < MAX_LISTED) this.#listed.push(problem)
      else this.#more++
    }
  }

  get report(): { problems: string[]; more: number } {
    return { problems: this.#listed, more: this.#more }
  }
}
