import { type Static, Type } from 'typebox'
import { Line } from './text.ts'

/** A postal address. `country` is an ISO 3166-1 alpha-2 code. */
export const Address = Type.Object(
  {
    name: Line(1, 200),
    company: Type.Optional(Line(0, 200)),
    line1: Line(1, 200),
    line2: Type.Optional(Line(0, 200)),
    city: Line(1, 120),
    region: Type.Optional(Line(0, 120)),
    postalCode: Line(1, 20),
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }),
    phone: Type.Optional(Line(0, 40)),
  },
  { additionalProperties: false },
)
export type Address = Static<typeof Address>
