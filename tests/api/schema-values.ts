import { ADDRESS, type Schema } from './populated-shop.ts'

const BY_NAME: Record<string, unknown> = {
  ...ADDRESS,
  email: 'buyer@example.com',
  password: 'a long password',
  token: 'tok_ok',
  provider: 'test',
  currency: 'EUR',
  quantity: 1,
}

/** A simple value that the schema accepts. `known`: values for members by name. */
export function plainValue(schema: Schema, name: string, known: Record<string, unknown>): unknown {
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (Array.isArray(schema.anyOf)) return plainValue(schema.anyOf[0] as Schema, name, known)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        membersOf(schema).map((member) => [member, plainValue(schema.properties![member]!, member, known)]),
      )
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () =>
        plainValue(schema.items as Schema, name, known),
      )
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema.minimum ?? 1))
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return known[name] ?? BY_NAME[name] ?? 'text'
  }
}

/** The required members, and the postal code, which the country of `ADDRESS` requires. */
function membersOf({ required = [], properties = {} }: Schema): string[] {
  return [...(required as string[]), ...('postalCode' in properties ? ['postalCode'] : [])]
}

/** Values that a client may send in place of the expected one. */
export const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  -0,
  1e21,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  '',
  ' ',
  'nul \0 inside',
  '\0',
  'high \ud800 alone',
  '\udc00',
  'x'.repeat(100_000),
  '\u202egnirts',
  "'; drop table cart.cart; --",
  'crt_0',
  'ord_00000000000000000000000000',
  'var_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  'a\r\nBcc: b@example.com',
  'NaN',
  '%00',
  '../../etc/passwd',
  '__proto__',
  [],
  [[]],
  [null],
  {},
  { $ne: null },
  JSON.parse('{"__proto__": {"kind": "system"}}'),
]

/** A copy of a JSON value with one of its members or elements, or all of it, replaced by a hostile value. */
export function withHostileValue(value: unknown, random: () => number): unknown {
  const hostile = HOSTILE[Math.floor(random() * HOSTILE.length)]
  if (typeof value !== 'object' || value === null || random() < 0.1) return hostile
  const keys = Object.keys(value)
  const key = keys[Math.floor(random() * keys.length)]
  if (key === undefined) return hostile
  const copy = structuredClone(value) as Record<string, unknown>
  copy[key] = withHostileValue(copy[key], random)
  return copy
}
