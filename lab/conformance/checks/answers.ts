import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Check, expectAnswer, expectThat, Mismatch } from '../check.ts'
import type { Subject } from '../subject.ts'

const CONCURRENCY = 6

/** Checks answers against the contract, repeats with a key, and deadlines. */
export function answerChecks(subject: Subject): Check[] {
  return Object.entries(subject.contract.methods).flatMap(([method, spec]): Check[] => {
    const isIdempotent = spec.kind === 'command' && !spec.outside && subject.hasExample(method)
    return [
      {
        name: `${method} answers according to its contract`,
        async run() {
          const exchange = await subject.probe.send(method, await subject.inputOf(method))
          if (subject.hasExample(method)) expectAnswer(exchange, 200)
        },
      },
      {
        name: `${method} does not execute a call whose deadline has passed`,
        async run() {
          const input = await subject.inputOf(method)
          const exchange = await subject.probe.send(method, input, { timeoutMs: 0 })
          expectAnswer(exchange, 504, 'DEADLINE_EXCEEDED')
        },
      },
      ...(isIdempotent
        ? [repeatCheck(subject, method), reusedKeyCheck(subject, method), concurrencyCheck(subject, method)]
        : []),
    ]
  })
}

function repeatCheck(subject: Subject, method: string): Check {
  return {
    name: `${method} gives the same answer to a repeat with the same key`,
    async run() {
      const input = await subject.inputOf(method)
      const key = randomUUID()
      const first = await subject.probe.call(method, input, { key })
      const second = await subject.probe.call(method, input, { key })
      expectEqual(subject, second, first)
    },
  }
}

function reusedKeyCheck(subject: Subject, method: string): Check {
  return {
    name: `${method} refuses a key that was used with another input, and accepts it from other callers`,
    async run() {
      const key = randomUUID()
      await subject.probe.call(method, await subject.inputOf(method), { key })
      const other = await subject.inputOf(method)
      expectAnswer(await subject.probe.send(method, other, { key }), 409, 'IDEMPOTENCY_KEY_REUSED')
      const caller = { kind: 'guest', bearer: `crt_${randomUUID()}` } as const
      const answer = await subject.probe.send(method, other, { key, caller })
      expectThat(
        (answer.json as { code?: string }).code !== 'IDEMPOTENCY_KEY_REUSED',
        'keys of different callers to be independent',
        answer,
      )
    },
  }
}

function concurrencyCheck(subject: Subject, method: string): Check {
  return {
    name: `${method} is executed once when the same key arrives ${CONCURRENCY} times in parallel`,
    async run() {
      const input = await subject.inputOf(method)
      const key = randomUUID()
      const answers = await Promise.all(
        Array.from({ length: CONCURRENCY }, () => subject.probe.call(method, input, { key })),
      )
      for (const answer of answers) expectEqual(subject, answer, answers[0])
    },
  }
}

function expectEqual(subject: Subject, received: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(received, expected))
    throw new Mismatch(JSON.stringify(expected), JSON.stringify(received), subject.wire.last)
}
