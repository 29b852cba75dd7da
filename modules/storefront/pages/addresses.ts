import { runtimeFailure } from '#runtime/contract/failure.ts'
import type { PageRequest } from '#runtime/module/pages.ts'
import type { ShopContext, ShopPage } from '../needs.ts'
import { addressesPage, addressPage } from '../views/address-pages.ts'
import { emptyForm, type FormState } from '../views/form-fields.ts'
import { links } from '../views/links.ts'
import { addressErrors, addressIn, addressValues } from './address-form.ts'
import { refusedForm } from './form-state.ts'
import { redirectGet, redirectTo, show } from './show.ts'
import { isFailure } from './visitor.ts'

const list: ShopPage = {
  method: 'GET',
  path: links.addresses,
  handle: (request, context) => showList(request, context, emptyForm),
}

const add: ShopPage = {
  method: 'POST',
  path: links.addresses,
  handle: async (request, context) => {
    const errors = addressErrors(request.form)
    if (errors.length > 0) return showList(request, context, { values: request.form, errors }, 422)
    try {
      await context.calls.accounts.addAddress(addressIn(request.form))
      return redirectTo(links.addresses, 'saved')
    } catch (error) {
      return showList(request, context, refusedForm(request.form, error, 'name'), 422)
    }
  },
}

const edit: ShopPage = {
  method: 'GET',
  path: '/account/addresses/:addressId',
  handle: async (request, context) => {
    const addressId = request.params.addressId!
    const { items } = await context.calls.accounts.listAddresses({})
    const found = items.find((each) => each.id === addressId)
    if (!found) throw runtimeFailure('NOT_FOUND', `Cannot find the address "${addressId}"`)
    const { id, ...address } = found
    const values = addressValues(address)
    // An address may be older than the rules of its country: its errors are shown at once.
    return showOne(request, context, id, { values, errors: addressErrors(values) })
  },
}

const change: ShopPage = {
  method: 'POST',
  path: '/account/addresses/:addressId',
  handle: async (request, context) => {
    const addressId = request.params.addressId!
    const errors = addressErrors(request.form)
    if (errors.length > 0) return showOne(request, context, addressId, { values: request.form, errors }, 422)
    try {
      await context.calls.accounts.updateAddress({ addressId, ...addressIn(request.form) })
      return redirectTo(links.addresses, 'saved')
    } catch (error) {
      if (isFailure(error, 'ADDRESS_NOT_FOUND')) throw runtimeFailure('NOT_FOUND', error.message)
      return showOne(request, context, addressId, refusedForm(request.form, error, 'name'), 422)
    }
  },
}

const remove: ShopPage = {
  method: 'POST',
  path: '/account/addresses/:addressId/remove',
  handle: async (request, context) => {
    await context.calls.accounts.removeAddress({ addressId: request.params.addressId! })
    return redirectTo(links.addresses, 'address-removed')
  },
}

export const addressesPages = [
  list,
  add,
  edit,
  change,
  remove,
  redirectGet('/account/addresses/:addressId/remove', () => links.addresses),
]

async function showList(request: PageRequest, context: ShopContext, form: FormState, status = 200) {
  const [{ items: addresses }, { items: countries }] = await Promise.all([
    context.calls.accounts.listAddresses({}),
    context.calls.cart.listCountries({}),
  ])
  return show(request, context, addressesPage({ addresses, countries, form }), { status })
}

async function showOne(
  request: PageRequest,
  context: ShopContext,
  addressId: string,
  form: FormState,
  status = 200,
) {
  const { items: countries } = await context.calls.cart.listCountries({})
  return show(request, context, addressPage({ addressId, countries, form }), { status })
}
