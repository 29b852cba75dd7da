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
import { noOrder, showOrderPage } from './orders.ts'
import { paged } from './paged.ts'
import { passwordPages } from './passwords.ts'
import { asBuyerOf, readOrder } from './placed-orders.ts'
import { formAddress, goTo, show } from './show.ts'
import { enter, leave } from './visitor.ts'

const PAGE_SIZE = 20
const FORM_LIMIT = { max: 60, windowMs: 60_000 }

/** A page for customers: others are sent to the log-in, and come back from there. */
export function forCustomers(page: ShopPage): ShopPage {
  return {
    ...page,
    handle: async (request, context) => {
      if (context.caller.kind === 'customer') return page.handle(request, context)
      // Who is logged in already would find nothing to do at the log-in.
      if (context.unknownVisitor) throw context.unknownVisitor
      const next = page.method === 'GET' ? request.url : links.account
      return goTo(loginFor(next))
    },
  }
}

const showLogin: ShopPage = {
  method: 'GET',
  path: links.login,
  handle: async (request, context) => {
    const next = localPath(request.query.next, links.account)
    if (context.caller.kind === 'customer') return goTo(next)
    return show(request, context, loginPage({ form: emptyForm, next }))
  },
}

const takeLogin: ShopPage = {
  method: 'POST',
  path: links.login,
  rateLimit: FORM_LIMIT,
  handle: async (request, context) => {
    const next = localPath(request.form.next, links.account)
    try {
      return await logIn(request, context, next)
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
    if (context.caller.kind === 'customer') return goTo(next)
    const form = await formFor(request, context)
    return show(request, context, registerPage({ form, next }))
  },
}

/** Filled in for the guest of an order, if this browser may read it. */
async function formFor(request: PageRequest, context: ShopContext): Promise<FormState> {
  const { order: orderId } = request.query
  const order =
    orderId && (await orElse(readOrder(await asBuyerOf(request, context, orderId), orderId), undefined))
  if (!order) return emptyForm
  return { values: { email: order.contact.email, name: order.contact.shippingAddress.name }, errors: [] }
}

const takeRegister: ShopPage = {
  method: 'POST',
  path: links.register,
  // As the API's, which would be no limit otherwise
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
    return logIn(request, context, next, 'registered')
  },
}

const logOut: ShopPage = {
  method: 'POST',
  path: links.logout,
  handle: async (_request, context) => {
    // The browser forgets the session in any case: nobody else has its token, and it ends by itself.
    if (!context.unknownVisitor) await orElse(context.calls.accounts.logOut({}), undefined)
    return goTo(links.home, 'logged-out', leave())
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
    if (!order) throw noOrder(orderId)
    return showOrderPage(request, context, order, { inAccount: true })
  },
})

export const accountPages = [
  showLogin,
  takeLogin,
  showRegister,
  takeRegister,
  logOut,
  formAddress(links.logout, () => links.account),
  showAccount,
  ...['/orders', '/account/orders'].map((path) => formAddress(path, () => links.account)),
  showAccountOrder,
  ...addressesPages.map(forCustomers),
  ...accountDetailsPages.map(forCustomers),
  ...passwordPages,
]

async function logIn(
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
  return goTo(next, notice, await enter(request, context, session))
}
