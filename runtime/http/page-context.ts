import { type CallServices, HandlerContext } from '../call/context.ts'
import { newTraceId } from '../call/dispatch.ts'
import type { HostedModule } from '../call/host.ts'
import type { Failure } from '../contract/failure.ts'
import type { Tokens } from '../module/pages.ts'
import { BEARER_COOKIE, type Identifier, SESSION_COOKIE, type Visitor } from './identify.ts'

const PAGE_TIMEOUT_MS = 30_000

/** What the contexts of all pages share. */
export interface PageSupport {
  services: CallServices
  identifier: Identifier
}

type Cookies = Record<string, string | undefined>

/** The context of a page's handler; `runtime/module/pages.ts` documents its public members. */
export class PageRequestContext extends HandlerContext {
  readonly unknownVisitor: Failure | undefined
  readonly #support: PageSupport
  readonly #cookies: Cookies

  constructor(
    module: HostedModule,
    request: {
      visitor: Visitor
      cookies: Cookies
      deadline: number
      traceId: string
      clientNetwork: string | undefined
    },
    support: PageSupport,
  ) {
    const { visitor, deadline, traceId, clientNetwork } = request
    const info = { caller: visitor.caller, deadline, traceId, clientNetwork, openTransactions: 0 }
    super(module, info, support.services)
    this.unknownVisitor = visitor.sessionFailure
    this.#support = support
    this.#cookies = request.cookies
  }

  async withTokens(tokens: Tokens): Promise<PageRequestContext> {
    const cookies = {
      ...this.#cookies,
      ...(tokens.session === undefined ? {} : { [SESSION_COOKIE]: tokens.session }),
      ...(tokens.bearer === undefined ? {} : { [BEARER_COOKIE]: tokens.bearer }),
    }
    const visitor = await this.#support.identifier.fromCookies(cookies)
    const { deadline, traceId, clientNetwork } = this
    return new PageRequestContext(
      this.module,
      { visitor, cookies, deadline, traceId, clientNetwork },
      this.#support,
    )
  }
}

/** Makes the context of a request. Identifies the visitor by the cookies. */
export async function pageContext(
  module: HostedModule,
  { cookies, clientNetwork }: { cookies: Cookies; clientNetwork: string | undefined },
  support: PageSupport,
  traceId = newTraceId(),
): Promise<PageRequestContext> {
  const visitor = await support.identifier.fromCookies(cookies)
  return new PageRequestContext(
    module,
    { visitor, cookies, deadline: Date.now() + PAGE_TIMEOUT_MS, traceId, clientNetwork },
    support,
  )
}
