/** Runs work, a few pieces at a time. */
export interface Gate {
  /** Runs `work` when its turn comes; rejects with what `full` makes when too many wait already. */
  run<Answer>(work: () => Promise<Answer>): Promise<Answer>
}

/**
 * Makes a gate that lets `atOnce` pieces of work run and `waiting` more wait, first come, first served. What would
 * have to wait longer is refused at once: a queue without an end only turns a rush into timeouts for all.
 */
export function createGate(options: { atOnce: number; waiting: number; full: () => Error }): Gate {
  let running = 0
  const queue: (() => void)[] = []

  async function enter(): Promise<void> {
    if (running < options.atOnce) {
      running++
      return
    }
    if (queue.length >= options.waiting) throw options.full()
    await new Promise<void>((resolve) => queue.push(resolve))
  }

  function leave(): void {
    const next = queue.shift()
    // the place goes straight to the next in line, so that nobody overtakes
    if (next) next()
    else running--
  }

  return {
    async run(work) {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
