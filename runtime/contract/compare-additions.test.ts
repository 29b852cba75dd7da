import { expect, test } from 'vitest'
import { compareContracts } from './compare.ts'
import { buy, type Change, changesOf, input, output, payload, shop, without } from './testing.ts'

const compatible: [name: string, step: 'minor' | 'patch', change: Change, at: string][] = [
  [
    'a new optional member of an input',
    'minor',
    (now) => {
      input(now).properties!.size = { type: 'string' }
    },
    '/methods/buy/input/properties/size',
  ],
  [
    'a member of an input that is optional now',
    'minor',
    (now) => {
      input(now).required = without(input(now).required, 'tags')
    },
    '/methods/buy/input/properties/tags',
  ],
  [
    'a new value of an input',
    'minor',
    (now) => input(now).properties!.colour!.anyOf!.push({ type: 'string', const: 'green' }),
    '/methods/buy/input/properties/colour',
  ],
  [
    'an input with two allowed texts that accepts any text now',
    'minor',
    (now) => {
      input(now).properties!.colour = { type: 'string' }
    },
    '/methods/buy/input/properties/colour',
  ],
  [
    'an input without its limit',
    'minor',
    (now) => delete input(now).properties!.item!.maxLength,
    '/methods/buy/input/properties/item',
  ],
  [
    'a new optional member of an output',
    'minor',
    (now) => {
      output(now).properties!.tax = { type: 'integer' }
    },
    '/methods/buy/output/properties/tax',
  ],
  [
    'a new optional member of a payload',
    'minor',
    (now) => {
      payload(now).properties!.tax = { type: 'integer' }
    },
    '/events/bought/payload/properties/tax',
  ],
  [
    'a new failure',
    'minor',
    (now) => {
      buy(now).failures.NOT_TODAY = { status: 409, summary: 'It is a holiday.' }
    },
    '/methods/buy/failures/NOT_TODAY',
  ],
  [
    'data that a failure did not have',
    'minor',
    (now) => {
      buy(now).failures.CLOSED!.data = { type: 'object' }
    },
    '/methods/buy/failures/CLOSED/data',
  ],
  [
    'public access',
    'minor',
    (now) => {
      now.methods.whoIs!.access = 'public'
    },
    '/methods/whoIs/access',
  ],
  [
    'a new route',
    'minor',
    (now) => {
      now.methods.whoIs!.rest = { method: 'GET', path: '/who' }
    },
    '/methods/whoIs/rest',
  ],
  [
    'a new method',
    'minor',
    (now) => {
      now.methods.sell = now.methods.buy!
    },
    '/methods/sell',
  ],
  [
    'a new event',
    'minor',
    (now) => {
      now.events.sold = now.events.bought!
    },
    '/events/sold',
  ],
  ['a new reaction', 'minor', (now) => now.reactsTo.push('bank.failed'), '/reactsTo'],
  [
    'tokens of a new kind',
    'minor',
    (now) => now.methods.whoIs!.identifies!.push('key_'),
    '/methods/whoIs/identifies',
  ],
  ['a removed reaction', 'patch', (now) => now.reactsTo.pop(), '/reactsTo'],
  ['a removed failure', 'patch', (now) => delete buy(now).failures.CLOSED, '/methods/buy/failures/CLOSED'],
  [
    'a shorter timeout',
    'patch',
    (now) => {
      buy(now).timeoutMs = 100
    },
    '/methods/buy/timeoutMs',
  ],
  [
    'a longer timeout',
    'patch',
    (now) => {
      buy(now).timeoutMs = 60_000
    },
    '/methods/buy/timeoutMs',
  ],
  [
    'another rate limit',
    'patch',
    (now) => {
      buy(now).rateLimit!.max = 5
    },
    '/methods/buy/rateLimit',
  ],
  [
    'another maximum age of cached answers',
    'patch',
    (now) => {
      now.methods.whoIs!.cache!.maxAgeMs = 1
    },
    '/methods/whoIs/cache',
  ],
  [
    'calls to an outside provider',
    'patch',
    (now) => {
      buy(now).outside = true
    },
    '/methods/buy/outside',
  ],
]

test.each(compatible)('%s is compatible (%s)', (_name, step, change, at) => {
  const changes = changesOf(change)
  expect(changes).toHaveLength(1)
  expect(changes[0]).toMatchObject({ step, at })
  expect(changes[0]!.why).toContain('Compatible')
})

test('an explicit status of 200 is the same as none', () => {
  const [before, now] = [structuredClone(shop), structuredClone(shop)]
  before.methods.whoIs!.rest = { method: 'GET', path: '/who' }
  now.methods.whoIs!.rest = { method: 'GET', path: '/who', status: 200 }
  expect(compareContracts(before, now)).toEqual([])
})

test('a minimum length of 0 is the same as none', () => {
  expect(changesOf((now) => Object.assign(input(now).properties!.item!, { minLength: 0 }))).toEqual([])
})

test('breaking changes come first', () => {
  const changes = changesOf((now) => {
    buy(now).timeoutMs = 1
    now.reactsTo.push('bank.failed')
    delete now.events.bought
  })
  expect(changes.map(({ step }) => step)).toEqual(['major', 'minor', 'patch'])
})
