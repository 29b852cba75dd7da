import { Type } from 'typebox'
import { contract, query } from '#runtime/contract/contract.ts'
import { Strict } from '#shared/object.ts'

const Id = Type.String({ pattern: '^[a-z]{3}_[0-9a-z]{1,40}$' })

/** A method that is typical for calls between modules: ids in, a few lines with prices out. */
export const measured = contract('measured', {
  version: '1.0.0',
  summary: 'For measurements',
  methods: {
    price: query({
      summary: 'Calculates the prices of lines.',
      input: Strict({ currency: Type.String(), variantIds: Type.Array(Id) }),
      output: Strict({
        lines: Type.Array(
          Strict({ variantId: Id, title: Type.String(), amount: Type.Integer(), available: Type.Integer() }),
        ),
      }),
      access: 'internal',
    }),
  },
})

export const input = {
  currency: 'EUR',
  variantIds: [
    'var_01k3x7a2b4c6d8e0f2g4h6j8k',
    'var_01k3x7a2b4c6d8e0f2g4h6j8m',
    'var_01k3x7a2b4c6d8e0f2g4h6j8n',
  ],
}

export const output = {
  lines: input.variantIds.map((variantId, i) => ({
    variantId,
    title: `Waxed canvas rucksack, ${i + 20} litres`,
    amount: 12_900 + i,
    available: 40 + i,
  })),
}
