import { type Static, Type } from 'typebox'
import { Strict } from './object.ts'
import { SingleLine } from './text.ts'

/**
 * Schema of a postal address. The rules of its country are in address-rules.ts (`addressProblems`): whether it needs a
 * postal code and a region. Methods check them when they receive an address, and not when they return one, so that an
 * address from before a new rule stays readable.
 */
export const Address = Type.Object(
  {
    name: SingleLine(1, 200),
    company: Type.Optional(SingleLine(0, 200)),
    line1: SingleLine(1, 200),
    line2: Type.Optional(SingleLine(0, 200)),
    city: SingleLine(1, 120),
    region: Type.Optional(SingleLine(0, 120)),
    postalCode: Type.Optional(SingleLine(0, 20)),
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }),
    phone: Type.Optional(SingleLine(0, 40)),
  },
  { additionalProperties: false },
)
export type Address = Static<typeof Address>

/** The failure of methods with addresses in their input. */
export const addressInvalid = {
  status: 422,
  summary:
    'An address breaks the rules of its country: the country is unknown, or the postal code, the region or another part is missing or wrong.',
  data: Strict({
    fields: Type.Array(
      Strict({
        field: Type.String({ description: 'JSON Pointer into the input' }),
        message: Type.String({ description: 'what to correct, for display' }),
      }),
    ),
  }),
} as const
