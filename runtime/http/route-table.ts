import type { FastifyInstance } from 'fastify'

/** Knows the methods of each path, for requests that match no route. */
export class RouteTable {
  readonly #methods = new Map<string, { matches: RegExp; methods: Set<string> }>()

  /** Makes the table of all routes that are added to `app` later. */
  static of(app: FastifyInstance): RouteTable {
    const table = new RouteTable()
    app.addHook('onRoute', ({ url, method }) => table.#add(url, [method].flat()))
    return table
  }

  /** The methods of a path, sorted, for the header `Allow`; empty for an unknown path. */
  methodsOf(path: string): string[] {
    const found = [...this.#methods.values()].filter(({ matches }) => matches.test(path))
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
  }

  #add(url: string, methods: readonly string[]): void {
    const known = this.#methods.get(url) ?? { matches: patternOf(url), methods: new Set<string>() }
    for (const method of methods) known.methods.add(method)
    this.#methods.set(url, known)
  }
}

/** A pattern for a path in Fastify's syntax, such as `/products/:handle`. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
