import type { FastifyInstance } from 'fastify'

/** Knows the methods of each path, for requests that match no route. */
export class RouteTable {
  readonly #routes = new Map<string, { pattern: RegExp; methods: Set<string> }>()

  /** Makes the table of all routes that are added to `app` later. */
  static of(app: FastifyInstance): RouteTable {
    const table = new RouteTable()
    app.addHook('onRoute', ({ url, method }) => table.#add(url, [method].flat()))
    return table
  }

  /** The methods of a path, sorted, for the header `Allow`; empty for an unknown path. */
  methodsOf(path: string): string[] {
    const routes = [...this.#routes.values()].filter(({ pattern }) => pattern.test(path))
    return [...new Set(routes.flatMap(({ methods }) => [...methods]))].sort()
  }

  #add(url: string, methods: readonly string[]): void {
    const route = this.#routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const method of methods) route.methods.add(method)
    this.#routes.set(url, route)
  }
}

/** A pattern for a path in Fastify's syntax, such as `/products/:handle`. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
