import { type Check, codeOf, expectAnswer, expectThat } from '../check.ts'
import { checkFailure } from '../probe.ts'
import { invalidSamples, refusesObjects, withUnknownMembers } from '../samples.ts'
import type { Subject } from '../subject.ts'

const NOT_OBJECTS = ['', '{', '[]', 'null', '"text"', '{"a":1}}']

/** Checks that invalid inputs are refused with the invalid fields, and that unknown members are ignored. */
export function inputChecks(subject: Subject): Check[] {
  const { name, methods } = subject.contract
  return [
    {
      name: `${name} refuses a method that is not in its contract`,
      async run() {
        const method = 'unknownMethod'
        const exchange = await subject.wire.send(`/rpc/${name}/${method}`, { audience: `${name}.${method}` })
        expectAnswer(exchange, 404, 'NOT_FOUND')
        checkFailure(exchange)
      },
    },
    {
      name: 'a call to an unknown module is refused as not found or misdirected',
      async run() {
        const exchange = await subject.wire.send('/rpc/nomodule/nothing', { audience: 'nomodule.nothing' })
        expectAnswer(exchange, [404, 421], ['NOT_FOUND', 'MISDIRECTED'])
      },
    },
    ...Object.entries(methods).flatMap(([method, spec]): Check[] => [
      ...(refusesObjects(spec.input) ? [invalidInputsCheck(subject, method)] : []),
      {
        name: `${method} refuses bodies that are not a JSON object`,
        async run() {
          for (const body of NOT_OBJECTS) {
            const exchange = await subject.wire.send(`/rpc/${name}/${method}`, {
              body,
              audience: `${name}.${method}`,
            })
            expectAnswer(exchange, 400, ['INVALID_INPUT', 'MALFORMED_BODY'])
          }
        },
      },
      {
        name: `${method} ignores unknown members`,
        async run() {
          const input = await subject.inputOf(method)
          const exchange = await subject.probe.send(method, withUnknownMembers(spec.input, input))
          expectThat(codeOf(exchange) !== 'INVALID_INPUT', 'the unknown members ignored', exchange)
          if (subject.hasExample(method)) expectAnswer(exchange, 200)
        },
      },
    ]),
  ]
}

function invalidInputsCheck(subject: Subject, method: string): Check {
  const spec = subject.contract.methods[method]!
  return {
    name: `${method} refuses invalid inputs, and names the invalid fields`,
    async run() {
      for (const { input, field } of invalidSamples(spec.input, await subject.inputOf(method))) {
        const exchange = await subject.probe.send(method, input)
        expectAnswer(exchange, 400, 'INVALID_INPUT')
        const fields = (exchange.json as { fields?: { field?: unknown }[] }).fields ?? []
        expectThat(
          fields.some((each) => String(each.field).startsWith(field)),
          `"fields" with ${field}`,
          exchange,
        )
      }
    },
  }
}
