import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLimiter } from './limiter.ts'

const queueFull = () => new Error('full')

describe('limiter', () => {
  it('runs two tasks in parallel and queued tasks in order', async () => {
    const limiter = createLimiter({ maxRunning: 2, maxQueued: 2, queueFull })
    const started: number[] = []
    const tasks = [0, 1, 2, 3].map((number) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const done = limiter.run(() => {
        started.push(number)
        return promise
      })
      return { finish: resolve, done }
    })
    await runPendingTasks()
    expect(started).toEqual([0, 1])
    tasks[1]!.finish()
    await tasks[1]!.done
    await runPendingTasks()
    expect(started).toEqual([0, 1, 2])
    for (const task of tasks) task.finish()
    await Promise.all(tasks.map((task) => task.done))
    expect(started).toEqual([0, 1, 2, 3])
  })

  it('refuses tasks when the queue is full, and accepts tasks again afterwards', async () => {
    const limiter = createLimiter({ maxRunning: 1, maxQueued: 1, queueFull })
    const { promise, resolve } = Promise.withResolvers<void>()
    const running = limiter.run(() => promise)
    const queued = limiter.run(async () => 'queued')
    await expect(limiter.run(async () => 'refused')).rejects.toThrow('full')
    resolve()
    await running
    expect(await queued).toBe('queued')
    expect(await limiter.run(async () => 'again')).toBe('again')
  })

  it('frees the slot of a task that fails', async () => {
    const limiter = createLimiter({ maxRunning: 1, maxQueued: 0, queueFull })
    await expect(limiter.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await limiter.run(async () => 'next')).toBe('next')
  })

  it('never exceeds its limits and loses no task', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.nat(3), { maxLength: 30 }),
        async (maxRunning, maxQueued, turnCounts) => {
          const limiter = createLimiter({ maxRunning, maxQueued, queueFull })
          let running = 0
          let maxSeen = 0
          const results = await Promise.allSettled(
            turnCounts.map((count) =>
              limiter.run(async () => {
                maxSeen = Math.max(maxSeen, ++running)
                for (let turn = 0; turn < count; turn++) await Promise.resolve()
                running--
              }),
            ),
          )
          const refused = results.filter((result) => result.status === 'rejected').length
          expect(maxSeen).toBeLessThanOrEqual(maxRunning)
          expect(refused).toBe(Math.max(0, turnCounts.length - maxRunning - maxQueued))
          expect(running).toBe(0)
        },
      ),
    )
  })
})

/** Resolves after all pending microtasks have run. */
function runPendingTasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
