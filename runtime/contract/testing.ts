import { Type } from 'typebox'
import { Strict } from '#shared/object.ts'
import { compareContracts } from './compare.ts'
import { command, contract, event, query } from './contract.ts'
import { type ContractJson, contractToJson } from './contract-json.ts'

const Status = Type.Union([Type.Literal('open'), Type.Literal('closed')])

/** A contract with one of everything that a change can break. */
export const shop = contractToJson(
  contract('shop', {
    version: '1.0.0',
    summary: 'Sells',
    methods: {
      buy: command({
        summary: 'Buys something.',
        input: Strict({
          item: Type.String({ maxLength: 20 }),
          pieces: Type.Integer({ minimum: 1 }),
          colour: Type.Optional(Type.Union([Type.Literal('red'), Type.Literal('blue')])),
          tags: Type.Array(Type.String(), { maxItems: 5 }),
          gift: Type.Union([Strict({ text: Type.String() }), Type.Null()]),
        }),
        output: Strict({
          id: Type.String({ pattern: '^ord_' }),
          status: Status,
          total: Type.Integer(),
          note: Type.Optional(Type.String()),
          lines: Type.Array(Strict({ sku: Type.String() })),
          labels: Type.Record(Type.String(), Type.String()),
        }),
        failures: {
          SOLD_OUT: { status: 409, summary: 'Nothing is left.', data: Strict({ left: Type.Integer() }) },
          CLOSED: { status: 410, summary: 'The shop is closed.' },
        },
        access: 'public',
        rest: { method: 'POST', path: '/orders', status: 201 },
        rateLimit: { max: 10, windowMs: 1000 },
      }),
      whoIs: query({
        summary: 'Identifies.',
        input: Strict({}),
        output: Strict({}),
        access: 'internal',
        identifies: ['ses_'],
        cache: { dependsOn: ['shop'], maxAgeMs: 1000 },
      }),
    },
    events: {
      bought: event({
        summary: 'Something was bought.',
        payload: Strict({ id: Type.String(), buyer: Type.String(), status: Status }),
        aggregate: 'id',
      }),
    },
    reactsTo: ['bank.paid'],
  }),
)

/** Changes a copy of the contract. */
export type Change = (now: ContractJson) => void

/** The result of the comparison for one change. */
export function changesOf(change: Change) {
  const now = structuredClone(shop)
  change(now)
  return compareContracts(shop, now)
}

export const buy = (now: ContractJson) => now.methods.buy!
export const input = (now: ContractJson) => buy(now).input
export const output = (now: ContractJson) => buy(now).output
export const payload = (now: ContractJson) => now.events.bought!.payload
export const without = (list: string[] | undefined, name: string) => list!.filter((each) => each !== name)
