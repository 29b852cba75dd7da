import { type Static, Type } from 'typebox'
import { Strict } from './object.ts'
import { Line } from './text.ts'

/**
 * A postal address. What else it needs follows from its country (`addressProblems` in address-rules.ts): a postal code,
 * a region, both or neither. Those rules are checked where an address is taken, not where it is read: one that was saved
 * before a rule stays readable.
 */
export const Address = Type.Object(
  {
    name: Line(1, 200),
    company: Type.Optional(Line(0, 200)),
    line1: Line(1, 200),
    line2: Type.Optional(Line(0, 200)),
    city: Line(1, 120),
    region: Type.Optional(Line(0, 120)),
    postalCode: Type.Optional(Line(0, 20)),
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }),
    phone: Type.Optional(Line(0, 40)),
  },
  { additionalProperties: false },
)
export type Address = Static<typeof Address>

/** The failure of a method that takes an address or several. */
export const addressInvalid = {
  status: 422,
  summary:
    'An address is not one of its country: no such country, or the postal code, the region or something else is missing or wrong there.',
  data: Strict({
    fields: Type.Array(
      Strict({
        field: Type.String({ description: 'JSON Pointer into the input' }),
        message: Type.String({ description: 'what to do about it, for people' }),
      }),
    ),
  }),
} as const
