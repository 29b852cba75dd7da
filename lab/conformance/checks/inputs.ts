import { type Check, codeOf, expectAnswer, expectThat } from '../check.ts'
import { checkFailure } from '../probe.ts'
import { withUnknownMembers, wrongSamples } from '../samples.ts'
import type { Subject } from '../subject.ts'

const NOT_OBJECTS = ['', '{', '[]', 'null', '"text"', '{"a":1}}']

/** Bad inputs are refused with what is wrong with them, and members of later versions are not bad. */
export function inputChecks(subject: Subject): Check[] {
  const { name, methods } = subject.contract
  return [
    {
      name: `${name} has no methods that its contract does not name`,
      async run() {
        const method = 'methodThatIsNotThere'
        const exchange = await subject.wire.send(`/rpc/${name}/${method}`, { audience: `${name}.${method}` })
        expectAnswer(exchange, 404, 'NOT_FOUND')
        checkFailure(exchange)
      },
    },
    {
      name: 'a module that is not here is said to be elsewhere',
      async run() {
        const exchange = await subject.wire.send('/rpc/nomodule/nothing', { audience: 'nomodule.nothing' })
        expectAnswer(exchange, [404, 421], ['NOT_FOUND', 'MISDIRECTED'])
      },
    },
    ...Object.entries(methods).flatMap(([method, spec]): Check[] => [
      {
        name: `${method} refuses wrong inputs, with the fields that are wrong`,
        async run() {
          for (const { input, field } of wrongSamples(spec.input, await subject.inputOf(method))) {
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
      },
      {
        name: `${method} refuses bodies that are no JSON object`,
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
        name: `${method} ignores members that it does not know`,
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
