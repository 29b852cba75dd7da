import { afterEach, describe, expect, it, vi } from 'vitest'
import { readConfig } from '../process/config.ts'
import { Faults, faultsProblem, parseFaults } from './faults.ts'
import { createEchoClient, openEcho, recordingLog } from './testing.ts'

describe('a fault plan', () => {
  it('is parsed from text', () => {
    expect(parseFaults('seed=42,lose=0.02,delay=0.05:8000')).toEqual({
      seed: 42,
      lose: 0.02,
      cut: 0,
      delay: 0.05,
      delayMs: 8000,
      duplicate: 0,
      reorder: 0,
    })
  })

  it.each(['', 'seed', 'lose=2', 'delay=0.1', 'lose=0.1:5', 'crash=0.1', 'seed=1.5', 'lose=0.6,cut=0.6'])(
    '"%s" is refused',
    (text) => expect(faultsProblem(text, {})).toMatch(/has/),
  )

  it('is refused in production, and by readConfig() when it is invalid', () => {
    expect(faultsProblem('lose=0.1', { NODE_ENV: 'production' })).toContain('NODE_ENV')
    expect(() => readConfig({ PANDO_FAULTS: 'lose=0.1', NODE_ENV: 'production' }, [])).toThrow('PANDO_FAULTS')
    expect(() => readConfig({ PANDO_FAULTS: 'lose=many' }, [])).toThrow('PANDO_FAULTS "lose=many" has')
    expect(() => readConfig({ PANDO_FAULTS: 'lose=0.1' }, [])).not.toThrow()
  })

  it('gives the same faults for the same seed and process, and each fault with its probability', () => {
    const { log } = recordingLog()
    const plan = parseFaults('seed=7,lose=0.1,cut=0.1,duplicate=0.1')
    const draw = (process: string, seed = 7) => {
      const faults = new Faults({ ...plan, seed }, process, log)
      return Array.from({ length: 3000 }, () => faults.next('echo.say').fault)
    }
    const first = draw('orders.0')
    expect(draw('orders.0')).toEqual(first)
    expect(draw('orders.1')).not.toEqual(first)
    expect(draw('orders.0', 8)).not.toEqual(first)
    for (const fault of ['lose', 'cut', 'duplicate']) {
      const share = first.filter((each) => each === fault).length / first.length
      expect(share).toBeGreaterThan(0.07)
      expect(share).toBeLessThan(0.13)
    }
    expect(first).not.toContain('delay')
  })
})

describe('a request with a fault', () => {
  const closers: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  /** Opens the echo module and a client that injects faults; `executed` lists the calls that arrived. */
  async function open(plan: string) {
    const executed: string[] = []
    const echo = await openEcho(async ({ text }) => {
      executed.push(text)
      return { text }
    })
    const { log, logged } = recordingLog()
    const faults = new Faults(parseFaults(plan), 'test.0', log)
    const client = createEchoClient(() => [echo.origin], { from: 'storefront', faults })
    closers.push(
      () => client.close(),
      () => echo.server.close(),
    )
    return { calls: client.calls, executed, logged, refused: echo.logged }
  }

  it('does not arrive when it is lost', async () => {
    const { calls, executed, logged } = await open('seed=1,lose=1')
    await expect(calls.shout({ text: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(executed).toEqual([])
    expect(logged.join()).toContain('"seed":1')
  })

  it('is executed when its answer is cut off, and only once when it is not repeatable', async () => {
    const { calls, executed } = await open('seed=1,cut=1')
    await expect(calls.shout({ text: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(executed).toEqual(['a'])
  })

  it('arrives after its caller has given up when it is delayed', async () => {
    const { calls, executed } = await open('seed=1,delay=1:400')
    await expect(calls.shout({ text: 'late' }, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    })
    expect(executed).toEqual([])
    await vi.waitFor(() => expect(executed).toEqual(['late']), 3000)
  })

  it('arrives twice when it is duplicated: a repeatable one is executed twice, others only once', async () => {
    const { calls, executed, refused } = await open('seed=1,duplicate=1')
    expect(await calls.say({ text: 'query' })).toEqual({ text: 'query' })
    expect(executed).toEqual(['query', 'query'])
    expect(await calls.shout({ text: 'command' })).toEqual({ text: 'command' })
    expect(executed.slice(2)).toEqual(['command'])
    expect(refused.join()).toContain('it was used before')
  })

  it('arrives after the next request when it is reordered, and alone when there is no next one', async () => {
    const { log } = recordingLog()
    const draws = (plan: string, count: number) => {
      const faults = new Faults(parseFaults(plan), 'test.0', log)
      return Array.from({ length: count }, () => faults.next('echo.say').fault)
    }
    // The plan whose seed reorders the first and the third request, and not the second.
    const plan = Array.from({ length: 100 }, (_, seed) => `seed=${seed},reorder=0.5`).find((each) => {
      const [first, second, third] = draws(each, 3)
      return first === 'reorder' && !second && third === 'reorder'
    })!
    const { calls, executed } = await open(plan)
    await Promise.all([calls.say({ text: 'first' }), calls.say({ text: 'second' })])
    expect(executed).toEqual(['second', 'first'])
    expect(await calls.say({ text: 'alone' })).toEqual({ text: 'alone' })
  })
})
