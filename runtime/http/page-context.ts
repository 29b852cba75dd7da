import { HandlerContext } from '../call/context.ts'
import { newTraceId } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import type { Caller } from '../contract/caller.ts'
import type { WorkflowEngine } from '../workflow/engine.ts'
import { BEARER_COOKIE, type Identifier, SESSION_COOKIE } from './identify.ts'
import type { Tokens } from './pages.ts'

const PAGE_TIMEOUT_MS = 30_000

/** What every page of an edge shares. */
export interface PageSupport {
  engine: WorkflowEngine
  identifier: Identifier
}

type Cookies = Record<string, string | undefined>

/** What a page's handler sees beside what every handler does; see `runtime/http/pages.ts`. */
export class PageRequestContext extends HandlerContext {
  readonly #support: PageSupport
  readonly #cookies: Cookies

  constructor(
    module: HostedModule,
    request: { caller: Caller; cookies: Cookies; deadline: number; traceId: string },
    support: PageSupport,
  ) {
    super(module, { ...request, openTransactions: 0 }, support.engine)
    this.#support = support
    this.#cookies = request.cookies
  }

  async withTokens(tokens: Tokens): Promise<PageRequestContext> {
    const cookies = {
      ...this.#cookies,
      ...(tokens.session === undefined ? {} : { [SESSION_COOKIE]: tokens.session }),
      ...(tokens.bearer === undefined ? {} : { [BEARER_COOKIE]: tokens.bearer }),
    }
    const caller = await this.#support.identifier.fromCookies(cookies)
    const { deadline, traceId } = this
    return new PageRequestContext(this.module, { caller, cookies, deadline, traceId }, this.#support)
  }
}

/** Makes the context of one request, for whoever its cookies name. */
export async function pageContext(
  module: HostedModule,
  cookies: Cookies,
  support: PageSupport,
  traceId = newTraceId(),
): Promise<PageRequestContext> {
  const caller = await support.identifier.fromCookies(cookies)
  return new PageRequestContext(
    module,
    { caller, cookies, deadline: Date.now() + PAGE_TIMEOUT_MS, traceId },
    support,
  )
}
