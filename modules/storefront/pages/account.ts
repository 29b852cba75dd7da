import { orElse } from '#runtime/contract/or-else.ts'
import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { localPath } from '../rules/local-path.ts'
import { accountPage } from '../views/account-page.ts'
import { emptyForm, type FormState } from '../views/form-fields.ts'
import { links, loginFor } from '../views/links.ts'
import { loginPage } from '../views/login-page.ts'
import { registerPage } from '../views/register-page.ts'
import { accountDetailsPages } from './account-details.ts'
import { addressesPages } from './addresses.ts'
import { cookieNames } from './cookies.ts'
import { refusalOptions, refusedForm } from './form-state.ts'
import type { NoticeKey } from './notices.ts'
import { orderNotFound, showOrderPage } from './orders.ts'
import { paged } from './paged.ts'
import { passwordPages } from './passwords.ts'
import { asBuyer, readOrder } from './placed-orders.ts'
import { redirectGet, redirectTo, show } from './show.ts'
import { endSession, startSession } from './visitor.ts'

const PAGE_SIZE = 20
const FORM_LIMIT = { max: 60, windowMs: 60_000 }

/**
 * Makes a page for customers only. Other visitors are redirected to the login, which redirects them back to the page, or
 * to the account if they sent a form.
 */
export function forCustomers(page: ShopPage): ShopPage {
  return {
    ...page,
    handle: async (request, context) => {
      if (context.caller.kind === 'customer') return page.handle(request, context)
      // The session cannot be checked now, so the visitor may be logged in already.
      if (context.unknownVisitor) throw context.unknownVisitor
      const next = page.method === 'GET' ? request.url : links.account
      return redirectTo(loginFor(next))
    },
  }
}

const showLogin: ShopPage = {
  method: 'GET',
  path: links.login,
  handle: async (request, context) => {
    const next = localPath(request.query.next, links.account)
    if (context.caller.kind === 'customer') return redirectTo(next)
    return show(request, context, loginPage({ form: emptyForm, next }))
  },
}

const submitLogin: ShopPage = {
  method: 'POST',
  path: links.login,
  rateLimit: FORM_LIMIT,
  handle: async (request, context) => {
    const next = localPath(request.form.next, links.account)
    try {
      return await logInAndRedirect(request, context, next)
    } catch (error) {
      const form = refusedForm(request.form, error, 'email', { password: 'Enter your password' })
      return show(request, context, loginPage({ form, next }), refusalOptions(error))
    }
  },
}

const showRegister: ShopPage = {
  method: 'GET',
  path: links.register,
  handle: async (request, context) => {
    const next = localPath(request.query.next, links.account)
    if (context.caller.kind === 'customer') return redirectTo(next)
    const form = await registrationForm(request, context)
    return show(request, context, registerPage({ form, next }))
  },
}

/** The form, filled in from the order in the link (`?order=`) if this browser may read that order, otherwise empty. */
async function registrationForm(request: PageRequest, context: ShopContext): Promise<FormState> {
  const { order: orderId } = request.query
  const order =
    orderId && (await orElse(readOrder(await asBuyer(request, context, orderId), orderId), undefined))
  if (!order) return emptyForm
  return { values: { email: order.contact.email, name: order.contact.shippingAddress.name }, errors: [] }
}

const submitRegistration: ShopPage = {
  method: 'POST',
  path: links.register,
  // The same limit as in the API: with a higher one here, that limit would have no effect
  rateLimit: { max: 20, windowMs: 60_000 },
  handle: async (request, context) => {
    const { email = '', password = '', name = '' } = request.form
    const next = localPath(request.form.next, links.account)
    try {
      await context.calls.accounts.register({ email: email.trim(), password, name: name.trim() })
    } catch (error) {
      const form = refusedForm(request.form, error, 'password')
      return show(request, context, registerPage({ form, next }), refusalOptions(error))
    }
    return logInAndRedirect(request, context, next, 'registered')
  },
}

const logOut: ShopPage = {
  method: 'POST',
  path: links.logout,
  handle: async (_request, context) => {
    // If the session cannot be ended now, the browser still deletes its token, and the unused session expires.
    if (!context.unknownVisitor) await orElse(context.calls.accounts.logOut({}), undefined)
    return redirectTo(links.home, 'logged-out', endSession())
  },
}

const showAccount = forCustomers(
  paged({
    method: 'GET',
    path: links.account,
    handle: async (request, context) => {
      const { cursor } = request.query
      const [account, orders] = await Promise.all([
        context.calls.accounts.getMe({}),
        orElse(
          context.calls.orders.listMyOrders({ limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) }),
          undefined,
        ),
      ])
      return show(
        request,
        context,
        accountPage({ account, orders: orders?.items, nextCursor: orders?.nextCursor ?? null }),
      )
    },
  }),
)

const showAccountOrder = forCustomers({
  method: 'GET',
  path: '/account/orders/:orderId',
  handle: async (request, context) => {
    const orderId = request.params.orderId!
    const order = await readOrder(context, orderId)
    if (!order) throw orderNotFound(orderId)
    return showOrderPage(request, context, order, { inAccount: true })
  },
})

export const accountPages = [
  showLogin,
  submitLogin,
  showRegister,
  submitRegistration,
  logOut,
  redirectGet(links.logout, () => links.account),
  showAccount,
  // What remains of the URL of an order without its id
  ...['/orders', '/account/orders'].map((path) => redirectGet(path, () => links.account)),
  showAccountOrder,
  ...addressesPages.map(forCustomers),
  ...accountDetailsPages.map(forCustomers),
  ...passwordPages,
]

async function logInAndRedirect(
  request: PageRequest,
  context: ShopContext,
  next: string,
  notice?: NoticeKey,
): Promise<PageReply> {
  const { email = '', password = '' } = request.form
  const device = request.cookies[cookieNames.device]
  const session = await context.calls.accounts.logIn({
    email: email.trim(),
    password,
    ...(device ? { device: device.slice(0, 200) } : {}),
  })
  return redirectTo(next, notice, await startSession(request, context, session))
}
