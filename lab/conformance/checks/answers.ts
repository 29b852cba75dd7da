import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Check, expectAnswer, expectThat, Mismatch } from '../check.ts'
import type { Subject } from '../subject.ts'

const AT_ONCE = 6

/** Answers are by the contract, repeats with a key answer the same, and deadlines hold. */
export function answerChecks(subject: Subject): Check[] {
  return Object.entries(subject.contract.methods).flatMap(([method, spec]): Check[] => {
    const fixed = spec.kind === 'command' && !spec.outside && subject.hasExample(method)
    return [
      {
        name: `${method} answers as its contract says`,
        async run() {
          const exchange = await subject.probe.send(method, await subject.inputOf(method))
          if (subject.hasExample(method)) expectAnswer(exchange, 200)
        },
      },
      {
        name: `${method} does not begin when nobody waits for it any more`,
        async run() {
          const input = await subject.inputOf(method)
          const exchange = await subject.probe.send(method, input, { timeoutMs: 0 })
          expectAnswer(exchange, 504, 'DEADLINE_EXCEEDED')
        },
      },
      ...(fixed ? [repeats(subject, method), reuse(subject, method), race(subject, method)] : []),
    ]
  })
}

function repeats(subject: Subject, method: string): Check {
  return {
    name: `${method} answers a repeat with the same key as the first time`,
    async run() {
      const input = await subject.inputOf(method)
      const key = randomUUID()
      const first = await subject.probe.call(method, input, { key })
      const second = await subject.probe.call(method, input, { key })
      expectEqual(subject, second, first)
    },
  }
}

function reuse(subject: Subject, method: string): Check {
  return {
    name: `${method} refuses a key that came with another input, and lets other callers use it`,
    async run() {
      const key = randomUUID()
      await subject.probe.call(method, await subject.inputOf(method), { key })
      const other = await subject.inputOf(method)
      expectAnswer(await subject.probe.send(method, other, { key }), 409, 'IDEMPOTENCY_KEY_REUSED')
      const caller = { kind: 'guest', bearer: `crt_${randomUUID()}` } as const
      const answer = await subject.probe.send(method, other, { key, caller })
      expectThat(
        (answer.json as { code?: string }).code !== 'IDEMPOTENCY_KEY_REUSED',
        'keys of another caller to be apart',
        answer,
      )
    },
  }
}

function race(subject: Subject, method: string): Check {
  return {
    name: `${method} is done once when the same key comes ${AT_ONCE} times at once`,
    async run() {
      const input = await subject.inputOf(method)
      const key = randomUUID()
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => subject.probe.call(method, input, { key })),
      )
      for (const answer of answers) expectEqual(subject, answer, answers[0])
    },
  }
}

function expectEqual(subject: Subject, came: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(came, expected))
    throw new Mismatch(JSON.stringify(expected), JSON.stringify(came), subject.wire.last)
}
