import type { ShopContext, ShopPage } from '../needs.ts'
import { emptyForm } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { messagePage } from '../views/message-pages.ts'
import { newPasswordPage, passwordResetRequestPage } from '../views/password-reset-pages.ts'
import { verifyPage } from '../views/verify-page.ts'
import { refusalOptions, refusedForm } from './form-state.ts'
import { redirectTo, show } from './show.ts'
import { isFailure, rememberDevice } from './visitor.ts'

/** For pages with a secret token in their URL, which must not be sent as referrer. */
const WITH_SECRET = { headers: { 'referrer-policy': 'no-referrer' } }
const EXPIRED = { status: 410, ...WITH_SECRET }
const FORM_LIMIT = { max: 20, windowMs: 60_000 }

const showResetRequest: ShopPage = {
  method: 'GET',
  path: links.passwordReset,
  handle: (request, context) => show(request, context, passwordResetRequestPage({ form: emptyForm })),
}

const requestReset: ShopPage = {
  method: 'POST',
  path: links.passwordReset,
  rateLimit: FORM_LIMIT,
  handle: async (request, context) => {
    try {
      await context.calls.accounts.requestPasswordReset({ email: (request.form.email ?? '').trim() })
    } catch (error) {
      const form = refusedForm(request.form, error)
      return show(request, context, passwordResetRequestPage({ form }), refusalOptions(error))
    }
    const page = messagePage({
      title: 'Check your email',
      text: 'If there is an account with this address, a link to set a new password is on its way. We send a few of these emails an hour at most, so use the newest one that you have.',
      action: { href: links.login, text: 'Back to login' },
    })
    return show(request, context, page)
  },
}

const showNewPassword: ShopPage = {
  method: 'GET',
  path: '/account/password-reset/new',
  handle: async (request, context) => {
    const { token = '' } = request.query
    if (!(await isValidToken(token, 'password reset', context)))
      return show(request, context, expiredLinkPage(), EXPIRED)
    return show(request, context, newPasswordPage({ form: emptyForm, token }), WITH_SECRET)
  },
}

const setNewPassword: ShopPage = {
  method: 'POST',
  path: links.newPassword,
  rateLimit: FORM_LIMIT,
  handle: async (request, context) => {
    const { token = '', password = '' } = request.form
    let reset: { device?: string }
    try {
      reset = await context.calls.accounts.resetPassword({ token, password })
    } catch (error) {
      if (isTokenRefused(error)) return show(request, context, expiredLinkPage(), { status: 422 })
      return show(
        request,
        context,
        newPasswordPage({ form: refusedForm(request.form, error, 'password'), token }),
        refusalOptions(error),
      )
    }
    const page = messagePage({
      title: 'Your password has been changed',
      text: 'You can log in with it now. You have been logged out on all other devices.',
      action: { href: links.login, text: 'Log in' },
    })
    return show(request, context, page, { cookies: rememberDevice(reset) })
  },
}

/** The confirmation needs a button, because mail scanners open every link and would confirm the address. */
const showVerification: ShopPage = {
  method: 'GET',
  path: links.verify,
  handle: async (request, context) => {
    const { token = '' } = request.query
    if (!(await isValidToken(token, 'verification', context)))
      return show(request, context, expiredLinkPage(), EXPIRED)
    return show(request, context, verifyPage({ token }), WITH_SECRET)
  },
}

const verify: ShopPage = {
  method: 'POST',
  path: links.verify,
  rateLimit: FORM_LIMIT,
  handle: async (request, context) => {
    try {
      await context.calls.accounts.verifyEmail({ token: request.form.token ?? '' })
    } catch (error) {
      if (isFailure(error, 'TOKEN_INVALID', 'INVALID_INPUT'))
        return show(request, context, expiredLinkPage(), { status: 422 })
      throw error
    }
    return redirectTo(links.account, 'verified')
  },
}

export const passwordPages = [
  showResetRequest,
  requestReset,
  showNewPassword,
  setNewPassword,
  showVerification,
  verify,
]

async function isValidToken(
  token: string,
  purpose: 'verification' | 'password reset',
  { calls }: ShopContext,
): Promise<boolean> {
  try {
    return (await calls.accounts.checkMailToken({ token, purpose })).works
  } catch (error) {
    if (isFailure(error, 'INVALID_INPUT')) return false
    throw error
  }
}

function isTokenRefused(error: unknown): boolean {
  return (
    isFailure(error, 'TOKEN_INVALID') ||
    (isFailure(error, 'INVALID_INPUT') && error.fields?.some(({ field }) => field === '/token') === true)
  )
}

function expiredLinkPage() {
  return messagePage({
    title: 'This link has expired',
    text: 'It has already been used, or it is too old. Request a new link to set your password, which also confirms your email address.',
    action: { href: links.passwordReset, text: 'Get a new link' },
    kind: 'problem',
  })
}
