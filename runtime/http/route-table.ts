import type { FastifyInstance } from 'fastify'

/** Which methods an address has, for requests that found no route. */
export class RouteTable {
  readonly #methods = new Map<string, { matches: RegExp; methods: Set<string> }>()

  /** Knows all routes that are added from now on. */
  static of(app: FastifyInstance): RouteTable {
    const table = new RouteTable()
    app.addHook('onRoute', ({ url, method }) => table.#add(url, [method].flat()))
    return table
  }

  /** For `Allow`; empty where nothing is. */
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

/** `/products/:handle` as Fastify means it. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
