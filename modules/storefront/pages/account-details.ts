import type { PageReply, PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { accountDetailsPage } from '../views/account-details-page.ts'
import type { FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { ADVICE, refusalOptions, refusedForm } from './form-state.ts'
import { redirectGet, redirectTo, show } from './show.ts'
import { isFailure, rememberName } from './visitor.ts'

const PASSWORD_ADVICE = { current: 'Enter your current password', new: ADVICE.password! }

const showDetails: ShopPage = {
  method: 'GET',
  path: links.details,
  handle: async (request, context) => {
    const { name } = await context.calls.accounts.getMe({})
    return show(request, context, accountDetailsPage({ form: { values: { name }, errors: [] } }))
  },
}

const saveName: ShopPage = {
  method: 'POST',
  path: links.details,
  handle: async (request, context) => {
    try {
      const { name } = await context.calls.accounts.updateMe({ name: (request.form.name ?? '').trim() })
      return redirectTo(links.account, 'name-saved', [rememberName(name)])
    } catch (error) {
      return showRefusal(request, context, refusedForm(request.form, error, 'name'), error)
    }
  },
}

const changePassword: ShopPage = {
  method: 'POST',
  path: links.password,
  rateLimit: { max: 60, windowMs: 60_000 },
  handle: async (request, context) => {
    const { 'password.current': current = '', 'password.new': newPassword = '' } = request.form
    try {
      await context.calls.accounts.updateMe({ password: { current, new: newPassword } })
      return redirectTo(links.account, 'password-changed')
    } catch (error) {
      const { name } = await context.calls.accounts.getMe({})
      const form = isFailure(error, 'WRONG_PASSWORD')
        ? {
            values: {},
            errors: [{ field: 'password.current', message: 'This is not your current password' }],
          }
        : refusedForm({}, error, passwordField(error), PASSWORD_ADVICE)
      return showRefusal(request, context, { ...form, values: { name } }, error)
    }
  },
}

export const accountDetailsPages = [
  showDetails,
  saveName,
  changePassword,
  redirectGet(links.password, () => links.details),
]

function passwordField(error: unknown): string {
  return isFailure(error, 'TOO_MANY_ATTEMPTS') ? 'password.current' : 'password.new'
}

function showRefusal(
  request: PageRequest,
  context: ShopContext,
  form: FormState,
  error: unknown,
): Promise<PageReply> {
  return show(request, context, accountDetailsPage({ form }), refusalOptions(error))
}
