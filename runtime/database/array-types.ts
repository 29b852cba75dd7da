/** How postgres.js writes parameters of one type and reads columns of it; `to` and `from` are numbers of pg_type. */
interface ArrayType {
  to: number
  from: number[]
  serialize: (value: unknown) => unknown
  parse: (text: string) => unknown
}

interface Element {
  /** Of its array in pg_type.typarray, which is the same on every server. */
  arrays: number[]
  write: (value: never) => string
  read: (text: string) => unknown
}

/**
 * The array types that modules use. postgres.js would ask each new connection for them, and end the whole process when
 * the database goes away in that moment: nobody waits for that answer. Arrays of other types are read and written as text.
 */
export function arrayTypes(date: {
  serialize: (value: Date | string) => string
  parse: (text: string) => Date
}): Record<string, ArrayType> {
  const elements: Record<string, Element> = {
    // char, name, text, char(n), varchar, uuid
    text: { arrays: [1002, 1003, 1009, 1014, 1015, 2951], write: String, read: String },
    // smallint, integer, bigint, oid, real, double
    number: { arrays: [1005, 1007, 1016, 1028, 1021, 1022], write: String, read: Number },
    // Read as text, as a single one is: a number would round it
    numeric: { arrays: [1231], write: String, read: String },
    boolean: { arrays: [1000], write: (value) => (value ? 't' : 'f'), read: (text) => text === 't' },
    // timestamp, date, timestamptz
    date: { arrays: [1115, 1182, 1185], write: date.serialize, read: date.parse },
    // json, jsonb
    json: { arrays: [199, 3807], write: (value) => JSON.stringify(value), read: JSON.parse },
  }
  const types = Object.entries(elements).flatMap(([name, { arrays, write, read }]) =>
    arrays.map((oid): [string, ArrayType] => [
      `${name}_${oid}`,
      {
        to: oid,
        from: [oid],
        serialize: (value) => (Array.isArray(value) ? writeArray(value, write) : value),
        parse: (text) => readArray(text, read),
      },
    ]),
  )
  return Object.fromEntries(types)
}

/** `{1,2}`, with each element in quotes */
function writeArray(values: readonly unknown[], write: Element['write']): string {
  const elements = values.map((value) => {
    if (value === null || value === undefined) return 'null'
    if (Array.isArray(value)) return writeArray(value, write)
    return `"${write(value as never).replace(/[\\"]/g, '\\$&')}"`
  })
  return `{${elements.join(',')}}`
}

/** Of one dimension or more; a bound that is not 1 stands before it and is passed over. */
function readArray(text: string, read: Element['read']): unknown[] {
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

/** A brace, an element in quotes, or a bare one */
const TOKEN = /[{}]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs
