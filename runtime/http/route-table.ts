import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The method or page that the route belongs to, for messages. Default: the runtime. */
    owner?: string
  }
}

interface Route {
  pattern: RegExp
  /** The owners by HTTP method. */
  owners: Map<string, string>
}

/** Knows the methods of each path, for requests that match no route. Refuses a second route with the same address. */
export class RouteTable {
  /** By the pattern of the path: `/products/:id` and `/products/:handle` match the same addresses. */
  readonly #routes = new Map<string, Route>()

  /** Makes the table of all routes that are added to `app` later. */
  static of(app: FastifyInstance): RouteTable {
    const table = new RouteTable()
    app.addHook('onRoute', ({ url, method, config }) => {
      for (const each of [method].flat()) table.#add(url, each, config?.owner ?? 'the runtime')
    })
    return table
  }

  /** The methods of a path, sorted, for the header `Allow`; empty for an unknown path. */
  methodsOf(path: string): string[] {
    const routes = [...this.#routes.values()].filter(({ pattern }) => pattern.test(path))
    return [...new Set(routes.flatMap(({ owners }) => [...owners.keys()]))].sort()
  }

  #add(url: string, method: string, owner: string): void {
    const pattern = patternOf(url)
    const route = this.#routes.get(pattern.source) ?? { pattern, owners: new Map<string, string>() }
    const other = route.owners.get(method)
    if (other !== undefined)
      throw new Error(
        `Cannot serve ${method} ${url} for ${owner}: ${other} has this address already. Give one of them another path`,
      )
    route.owners.set(method, owner)
    this.#routes.set(pattern.source, route)
  }
}

/** A pattern for a path in Fastify's syntax, such as `/products/:handle`. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
