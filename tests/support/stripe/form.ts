/** Parameters of a request. Stripe has only strings, arrays and objects of them in forms; an empty string unsets. */
export type Param = string | Param[] | Params
export interface Params {
  [name: string]: Param
}

/** Parses a form body or query with nested brackets: `a[b][0]=c` and `a[]=c`. */
export function parseForm(text: string): Params {
  const root = emptyParams()
  for (const [name, value] of new URLSearchParams(text)) {
    const [first = '', ...rest] = name.split('[').map((part) => part.replace(/\]$/, ''))
    set(root, [first, ...rest], value)
  }
  return toArrays(root) as Params
}

// Without a prototype, so that a name such as `__proto__` is an ordinary name
function emptyParams(): Params {
  return Object.create(null) as Params
}

function set(params: Params, path: string[], value: string): void {
  const [head, ...rest] = path
  const name = head === '' ? String(Object.keys(params).length) : head!
  if (rest.length === 0) {
    params[name] = value
    return
  }
  if (typeof params[name] !== 'object') params[name] = emptyParams()
  set(params[name] as Params, rest, value)
}

function toArrays(value: Param): Param {
  if (typeof value === 'string') return value
  const entries = Object.entries(value).map(([name, item]) => [name, toArrays(item)] as const)
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name)))
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item)
  return Object.assign(emptyParams(), Object.fromEntries(entries))
}
