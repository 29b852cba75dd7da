import { expect, test } from 'vitest'
import { compareContracts } from './compare.ts'
import { buy, type Change, changesOf, input, output, payload, shop, without } from './testing.ts'

test('a contract does not differ from itself, even with other summaries and descriptions', () => {
  expect(compareContracts(shop, shop)).toEqual([])
  const reworded: Change = (now) => {
    now.summary = 'Sells things'
    buy(now).summary = 'Buys a thing.'
    buy(now).failures.CLOSED!.summary = 'Come again tomorrow.'
    input(now).properties!.item!.description = 'what to buy'
    input(now).required!.reverse()
  }
  expect(changesOf(reworded)).toEqual([])
})

const breaking: [name: string, change: Change, at: string, what: string, whom: string][] = [
  [
    'a new required member of an input',
    (now) => {
      input(now).properties!.size = { type: 'string' }
      input(now).required!.push('size')
    },
    '/methods/buy/input/properties/size',
    'is new and required',
    'callers',
  ],
  [
    'a member of an input that is required now',
    (now) => input(now).required!.push('colour'),
    '/methods/buy/input/properties/colour',
    'is required now',
    'callers',
  ],
  [
    'a removed member of an input',
    (now) => delete input(now).properties!.colour,
    '/methods/buy/input/properties/colour',
    'is gone',
    'callers',
  ],
  [
    'a renamed member of an input',
    (now) => {
      input(now).properties!.paint = input(now).properties!.colour!
      delete input(now).properties!.colour
    },
    '/methods/buy/input/properties/colour',
    'is gone; "paint" is new and has the same schema: renamed?',
    'callers',
  ],
  [
    'a removed value of an input',
    (now) => input(now).properties!.colour!.anyOf!.pop(),
    '/methods/buy/input/properties/colour',
    'no longer has "blue"',
    'callers',
  ],
  [
    'a raised lower limit of an input',
    (now) => Object.assign(input(now).properties!.pieces!, { minimum: 2 }),
    '/methods/buy/input/properties/pieces',
    'minimum was 1, is 2',
    'callers',
  ],
  [
    'a lowered upper limit of an input',
    (now) => Object.assign(input(now).properties!.item!, { maxLength: 10 }),
    '/methods/buy/input/properties/item',
    'maxLength was 20, is 10',
    'callers',
  ],
  [
    'a new limit of an input',
    (now) => Object.assign(input(now).properties!.tags!, { minItems: 1 }),
    '/methods/buy/input/properties/tags',
    'minItems was not set, is 1',
    'callers',
  ],
  [
    'a new pattern of an input',
    (now) => Object.assign(input(now).properties!.item!, { pattern: '^a' }),
    '/methods/buy/input/properties/item',
    'has the pattern ^a now',
    'callers',
  ],
  [
    'an input that can no longer be null',
    (now) => {
      input(now).properties!.gift = input(now).properties!.gift!.anyOf![0]!
    },
    '/methods/buy/input/properties/gift',
    'can no longer be null',
    'callers',
  ],
  [
    'a new required member inside a branch of a union of an input',
    (now) => {
      const [gift] = input(now).properties!.gift!.anyOf!
      gift!.properties!.paper = { type: 'string' }
      gift!.required!.push('paper')
    },
    '/methods/buy/input/properties/gift/anyOf/0/properties/paper',
    'is new and required',
    'callers',
  ],
  [
    'another type of an input',
    (now) => {
      input(now).properties!.pieces = { type: 'string' }
    },
    '/methods/buy/input/properties/pieces',
    'was integer, is string',
    'callers',
  ],
  [
    'an input that accepts one text instead of any',
    (now) => {
      input(now).properties!.item = { type: 'string', const: 'shoe' }
    },
    '/methods/buy/input/properties/item',
    'was string, is "shoe"',
    'callers',
  ],
  [
    'a new keyword that is compared as text only',
    (now) => Object.assign(input(now).properties!.tags!, { uniqueItems: true }),
    '/methods/buy/input/properties/tags',
    'uniqueItems was not set, is true',
    'callers',
  ],
  [
    'a removed member of an output',
    (now) => {
      delete output(now).properties!.total
      output(now).required = without(output(now).required, 'total')
    },
    '/methods/buy/output/properties/total',
    'is gone',
    'callers',
  ],
  [
    'a removed optional member of an output',
    (now) => delete output(now).properties!.note,
    '/methods/buy/output/properties/note',
    'is gone',
    'callers',
  ],
  [
    'a member of an output that is optional now',
    (now) => {
      output(now).required = without(output(now).required, 'total')
    },
    '/methods/buy/output/properties/total',
    'is optional now',
    'callers',
  ],
  [
    'a new required member of an output',
    (now) => {
      output(now).properties!.tax = { type: 'integer' }
      output(now).required!.push('tax')
    },
    '/methods/buy/output/properties/tax',
    'is new and required',
    'implementers',
  ],
  [
    'a member of an output that is required now',
    (now) => output(now).required!.push('note'),
    '/methods/buy/output/properties/note',
    'is required now',
    'implementers',
  ],
  [
    'a new value of an output',
    (now) => output(now).properties!.status!.anyOf!.push({ type: 'string', const: 'lost' }),
    '/methods/buy/output/properties/status',
    'may be "lost" too',
    'callers',
  ],
  [
    'a removed value of an output',
    (now) => output(now).properties!.status!.anyOf!.pop(),
    '/methods/buy/output/properties/status',
    'no longer has "closed"',
    'implementers',
  ],
  [
    'an output that may be null now',
    (now) => {
      output(now).properties!.total = { anyOf: [{ type: 'integer' }, { type: 'null' }] }
    },
    '/methods/buy/output/properties/total',
    'can be null too',
    'callers',
  ],
  [
    'a wider type of an output',
    (now) => {
      output(now).properties!.total = { type: 'number' }
    },
    '/methods/buy/output/properties/total',
    'was integer, is number',
    'callers',
  ],
  [
    'another pattern of an output',
    (now) => Object.assign(output(now).properties!.id!, { pattern: '^o_' }),
    '/methods/buy/output/properties/id',
    'pattern was ^ord_, is ^o_',
    'callers',
  ],
  [
    'a change inside a list of an output',
    (now) => {
      output(now).properties!.lines!.items!.properties!.sku = { type: 'integer' }
    },
    '/methods/buy/output/properties/lines/items/properties/sku',
    'was string, is integer',
    'callers',
  ],
  [
    'a change in the values of a map',
    (now) => {
      const labels = output(now).properties!.labels!
      labels.patternProperties = { [Object.keys(labels.patternProperties!)[0]!]: { type: 'integer' } }
    },
    `/methods/buy/output/properties/labels/patternProperties/${Object.keys(shop.methods.buy!.output.properties!.labels!.patternProperties!)[0]}`,
    'was string, is integer',
    'callers',
  ],
  [
    'another status of a failure',
    (now) => {
      buy(now).failures.CLOSED!.status = 404
    },
    '/methods/buy/failures/CLOSED/status',
    'had the status 410, has 404',
    'callers',
  ],
  [
    'removed data of a failure',
    (now) => delete buy(now).failures.SOLD_OUT!.data,
    '/methods/buy/failures/SOLD_OUT/data',
    'has no data any more',
    'callers',
  ],
  [
    'a removed member of the data of a failure',
    (now) => delete buy(now).failures.SOLD_OUT!.data!.properties!.left,
    '/methods/buy/failures/SOLD_OUT/data/properties/left',
    'is gone',
    'callers',
  ],
  [
    'access for fewer callers',
    (now) => {
      buy(now).access = 'customer'
    },
    '/methods/buy/access',
    'was public, is customer',
    'callers',
  ],
  [
    'access for other modules only',
    (now) => {
      buy(now).access = 'internal'
    },
    '/methods/buy/access',
    'was public, is internal',
    'callers',
  ],
  [
    'an internal method that requires a permission now',
    (now) => {
      now.methods.whoIs!.access = 'staff:people'
    },
    '/methods/whoIs/access',
    'was internal, is staff:people',
    'callers',
  ],
  [
    'another path',
    (now) => {
      buy(now).rest!.path = '/purchases'
    },
    '/methods/buy/rest',
    'was POST /orders, is POST /purchases',
    'callers',
  ],
  [
    'another HTTP method',
    (now) => {
      buy(now).rest!.method = 'PUT'
    },
    '/methods/buy/rest',
    'was POST /orders, is PUT /orders',
    'callers',
  ],
  [
    'a removed route',
    (now) => delete buy(now).rest,
    '/methods/buy/rest',
    'was POST /orders, is not in the public API',
    'callers',
  ],
  [
    'another status of success',
    (now) => {
      buy(now).rest!.status = 202
    },
    '/methods/buy/rest',
    'answered with 201, answers with 202',
    'callers',
  ],
  [
    'a request body that is no longer parsed',
    (now) => {
      buy(now).rest!.raw = true
    },
    '/methods/buy/rest',
    'took the parsed request body, takes the unparsed request body',
    'callers',
  ],
  ['a removed method', (now) => delete now.methods.buy, '/methods/buy', 'the command is gone', 'callers'],
  [
    'a command that became a query',
    (now) => {
      buy(now).kind = 'query'
    },
    '/methods/buy/kind',
    'was a command, is a query',
    'callers',
  ],
  [
    'a query that became a command',
    (now) => {
      now.methods.whoIs!.kind = 'command'
    },
    '/methods/whoIs/kind',
    'was a query, is a command',
    'callers',
  ],
  [
    'tokens that are not identified any more',
    (now) => delete now.methods.whoIs!.identifies,
    '/methods/whoIs/identifies',
    'no longer identifies tokens that begin with ses_',
    'callers',
  ],
  ['a removed event', (now) => delete now.events.bought, '/events/bought', 'the event is gone', 'consumers'],
  [
    'another aggregate of an event',
    (now) => {
      now.events.bought!.aggregate = 'buyer'
    },
    '/events/bought/aggregate',
    'was in order for each id, is in order for each buyer',
    'consumers',
  ],
  [
    'a removed member of a payload',
    (now) => delete payload(now).properties!.buyer,
    '/events/bought/payload/properties/buyer',
    'is gone',
    'consumers',
  ],
  [
    'a new value in a payload',
    (now) => payload(now).properties!.status!.anyOf!.push({ type: 'string', const: 'lost' }),
    '/events/bought/payload/properties/status',
    'may be "lost" too',
    'consumers',
  ],
  [
    'a new required member of a payload',
    (now) => {
      payload(now).properties!.tax = { type: 'integer' }
      payload(now).required!.push('tax')
    },
    '/events/bought/payload/properties/tax',
    'is new and required',
    'emitters',
  ],
]

test.each(breaking)('%s breaks', (_name, change, at, what, whom) => {
  const [first, ...others] = changesOf(change)
  expect(first).toMatchObject({ step: 'major', at, what })
  expect(first!.why).toContain(`Breaks ${whom}`)
  expect(first!.remedy).not.toBe('Nothing')
  expect(others.filter(({ step }) => step === 'major')).toEqual([])
})
