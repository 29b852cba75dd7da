import pg from 'pg'

/** The types of parameters in a template. `undefined` becomes NULL. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | Json
  | null
  | undefined
  | readonly Value[]

/** A value for a `json` or `jsonb` column, made by `sql.json()`. */
export class Json {
  readonly text: string | null

  constructor(value: unknown) {
    this.text = JSON.stringify(value) ?? null
  }
}

/**
 * Converts a parameter to PostgreSQL's text format; bytes stay bytes. The driver gets only values that need no
 * conversion: an error in its conversion would leave the connection out of sync with the server.
 */
export function writeValue(value: Value): string | Buffer | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Json) return value.text
  if (value instanceof Date) return writeDate(value)
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (Array.isArray(value)) return writeArray(value)
  if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(
      `Cannot send a parameter of type "${typeof value}" to PostgreSQL: write sql.json(value) for a json or jsonb column`,
    )
  }
  return String(value)
}

/** An invalid date is sent as text, so that PostgreSQL refuses it. */
function writeDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? String(date) : date.toISOString()
}

/** Writes `{"1","2"}`: PostgreSQL accepts quoted elements for every type (PostgreSQL, 8.15.6). */
function writeArray(values: readonly Value[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return writeArray(value)
    const text = writeElement(value)
    return text === null ? 'null' : `"${text.replace(/[\\"]/g, '\\$&')}"`
  })
  return `{${elements.join(',')}}`
}

function writeElement(value: Value): string | null {
  const written = writeValue(value)
  return Buffer.isBuffer(written) ? `\\x${written.toString('hex')}` : written
}

type Parse = (text: string) => unknown

const { builtins } = pg.types

// Bigints become numbers: amounts, counts and positions stay far below 2^53, and strings would sort and add wrongly.
const parsers = new Map<number, Parse>([
  [builtins.INT2, Number],
  [builtins.INT4, Number],
  [builtins.INT8, Number],
  [builtins.OID, Number],
  [builtins.FLOAT4, Number],
  [builtins.FLOAT8, Number],
  [builtins.BOOL, (text) => text === 't'],
  [builtins.DATE, (text) => new Date(text)],
  [builtins.TIMESTAMP, (text) => new Date(text)],
  [builtins.TIMESTAMPTZ, (text) => new Date(text)],
  [builtins.JSON, JSON.parse],
  [builtins.JSONB, JSON.parse],
  [builtins.BYTEA, (text) => Buffer.from(text.slice(2), 'hex')],
])

/**
 * Element types whose parser the array types use, and the array types, by their OIDs in pg_type, which are the same on
 * every server.
 */
const arrays: [element: number, arrays: number[]][] = [
  // char, name, text, char(n), varchar, uuid
  [builtins.TEXT, [1002, 1003, 1009, 1014, 1015, 2951]],
  // smallint, integer, bigint, oid, real, double: all become numbers
  [builtins.INT8, [1005, 1007, 1016, 1028, 1021, 1022]],
  [builtins.NUMERIC, [1231]],
  [builtins.BOOL, [1000]],
  [builtins.BYTEA, [1001]],
  // timestamp, date, timestamptz
  [builtins.TIMESTAMPTZ, [1115, 1182, 1185]],
  [builtins.JSON, [199, 3807]],
]

const asText: Parse = (text) => text

for (const [element, oids] of arrays) {
  const read = parsers.get(element) ?? asText
  for (const oid of oids) parsers.set(oid, (text) => readArray(text, read))
}

/** The driver's parsers of columns by type. Types without a parser, such as `numeric`, stay text. */
export const columnTypes = {
  getTypeParser: (oid: number) => parsers.get(oid) ?? asText,
}

/**
 * Reads an array of any number of dimensions. Skips the prefix that states bounds other than 1, as in `[2:3]={7,8}`.
 */
function readArray(text: string, read: Parse): unknown[] {
  const outermost: unknown[] = []
  const open = [outermost]
  for (const [token, quoted] of text.slice(text.indexOf('{')).matchAll(TOKEN)) {
    const values = open.at(-1)!
    if (token === '{') {
      const inner: unknown[] = []
      values.push(inner)
      open.push(inner)
    } else if (token === '}') open.pop()
    else if (quoted !== undefined) values.push(read(quoted.replace(/\\(.)/gs, '$1')))
    else values.push(token === 'NULL' ? null : read(token))
  }
  return outermost[0] as unknown[]
}

/** A brace, a quoted element, or an unquoted one. */
const TOKEN = /[{}]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs
