import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGate } from './gate.ts'

const full = () => new Error('full')

describe('gate', () => {
  it('lets a few run at once and the others in the order that they came', async () => {
    const gate = createGate({ atOnce: 2, waiting: 2, full })
    const started: number[] = []
    const works = [0, 1, 2, 3].map((number) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const done = gate.run(() => {
        started.push(number)
        return promise
      })
      return { finish: resolve, done }
    })
    await settled()
    expect(started).toEqual([0, 1])
    works[1]!.finish()
    await works[1]!.done
    await settled()
    expect(started).toEqual([0, 1, 2])
    for (const work of works) work.finish()
    await Promise.all(works.map((work) => work.done))
    expect(started).toEqual([0, 1, 2, 3])
  })

  it('refuses what would wait behind too many, and takes work again afterwards', async () => {
    const gate = createGate({ atOnce: 1, waiting: 1, full })
    const { promise, resolve } = Promise.withResolvers<void>()
    const running = gate.run(() => promise)
    const waiting = gate.run(async () => 'waited')
    await expect(gate.run(async () => 'refused')).rejects.toThrow('full')
    resolve()
    await running
    expect(await waiting).toBe('waited')
    expect(await gate.run(async () => 'again')).toBe('again')
  })

  it('frees the place of work that fails', async () => {
    const gate = createGate({ atOnce: 1, waiting: 0, full })
    await expect(gate.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await gate.run(async () => 'next')).toBe('next')
  })

  it('never runs more at once than it may, and loses no work', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(fc.nat(3), { maxLength: 30 }),
        async (atOnce, waiting, turns) => {
          const gate = createGate({ atOnce, waiting, full })
          let running = 0
          let most = 0
          const results = await Promise.allSettled(
            turns.map((count) =>
              gate.run(async () => {
                most = Math.max(most, ++running)
                for (let turn = 0; turn < count; turn++) await Promise.resolve()
                running--
              }),
            ),
          )
          const refused = results.filter((result) => result.status === 'rejected').length
          expect(most).toBeLessThanOrEqual(atOnce)
          expect(refused).toBe(Math.max(0, turns.length - atOnce - waiting))
          expect(running).toBe(0)
        },
      ),
    )
  })
})

/** Lets everything run that waits for nothing but its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
