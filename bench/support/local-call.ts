import { Type } from 'typebox'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { createCallsFactory } from '#runtime/call/calls-factory.ts'
import { Dispatcher, newTraceId } from '#runtime/call/dispatch.ts'
import { hostAlone } from '#runtime/call/testing.ts'
import { contract, query } from '#runtime/contract/contract.ts'
import { defineModule } from '#runtime/module/define.ts'
import { Strict } from '#shared/object.ts'

// Compares a call between two modules in one process with a direct call of the handler. The difference is the cost of
// access checks, validation, deadline and context. The handler does almost nothing, and both calls are awaited.
const echo = contract('echo', {
  version: '1.0.0',
  summary: 'For measurements',
  methods: {
    double: query({
      summary: 'Doubles.',
      input: Strict({
        variantIds: Type.Array(Type.String({ pattern: '^var_[0-9a-z]{1,40}$' })),
        factor: Type.Integer(),
      }),
      output: Strict({ result: Type.Integer() }),
      access: 'internal',
    }),
  },
})
const handler = async ({ factor }: { factor: number }) => ({ result: factor * 2 })
const definition = defineModule({ contract: echo, needs: {}, handlers: { double: handler } })
const dispatcher = new Dispatcher({ strict: false, versions: new Versions() })
hostAlone(dispatcher, definition, createLog({ level: 'silent' }))
const calls = createCallsFactory({ echo }, (...call) => dispatcher.call(...call))({
  caller: { kind: 'guest' },
  deadline: Date.now() + 3_600_000,
  traceId: newTraceId(),
  openTransactions: 0,
}) as { echo: { double: typeof handler } }

const ROUNDS = 7
const CALLS = 100_000
const input = { variantIds: ['var_01k3x7', 'var_01k3x8'], factor: 21 }
const direct: number[] = []
const dispatched: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  direct.push(await microseconds(handler))
  dispatched.push(await microseconds((each) => calls.echo.double(each)))
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
console.log(`result ${JSON.stringify({ direct: median(direct), dispatched: median(dispatched) })}`)

async function microseconds(call: (each: typeof input) => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (let i = 0; i < CALLS; i++) await call(input)
  return ((performance.now() - began) * 1000) / CALLS
}
