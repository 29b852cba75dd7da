/** Limits how many tasks run in parallel. */
export interface Limiter {
  /** Runs `task` when a slot is free. Rejects with `queueFull()` when too many tasks wait already. */
  run<Result>(task: () => Promise<Result>): Promise<Result>
}

/**
 * Makes a limiter that runs up to `maxRunning` tasks in parallel and queues up to `maxQueued` more, first in, first out.
 * It refuses further tasks immediately: with an unbounded queue, all callers would run into timeouts.
 */
export function createLimiter(options: {
  maxRunning: number
  maxQueued: number
  queueFull: () => Error
}): Limiter {
  let running = 0
  const queue: (() => void)[] = []

  async function acquire(): Promise<void> {
    if (running < options.maxRunning) {
      running++
      return
    }
    if (queue.length >= options.maxQueued) throw options.queueFull()
    await new Promise<void>((resolve) => queue.push(resolve))
  }

  function release(): void {
    const next = queue.shift()
    // The slot passes directly to the next in the queue, so that no newer task overtakes it.
    if (next) next()
    else running--
  }

  return {
    async run(task) {
      await acquire()
      try {
        return await task()
      } finally {
        release()
      }
    },
  }
}
