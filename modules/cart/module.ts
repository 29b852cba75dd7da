import { defineModule, type SetupContext } from '#runtime/module/define.ts'
import { shopCurrency } from '#shared/shop-currency.ts'
import { cart } from './contract.ts'
import { addCoupon } from './handlers/add-coupon.ts'
import { addLine } from './handlers/add-line.ts'
import { adoptCart } from './handlers/adopt-cart.ts'
import { auditCarts } from './handlers/audit-carts.ts'
import { closeCart } from './handlers/close-cart.ts'
import { createCart } from './handlers/create-cart.ts'
import { deleteExpired } from './handlers/delete-expired.ts'
import { findMyCart } from './handlers/find-my-cart.ts'
import { freezeCart } from './handlers/freeze-cart.ts'
import { getCart } from './handlers/get-cart.ts'
import { getCheckout } from './handlers/get-checkout.ts'
import { listCountries } from './handlers/list-countries.ts'
import { listShippingOptions } from './handlers/list-shipping-options.ts'
import { removeCoupon } from './handlers/remove-coupon.ts'
import { removeLine } from './handlers/remove-line.ts'
import { setContact } from './handlers/set-contact.ts'
import { setShippingOption } from './handlers/set-shipping-option.ts'
import { thawCart } from './handlers/thaw-cart.ts'
import { updateLine } from './handlers/update-line.ts'
import { needs } from './needs.ts'
import type { Services } from './services.ts'

const HOUR_MS = 3_600_000

export const definition = defineModule({
  contract: cart,
  needs,
  handlers: {
    createCart,
    getCart,
    findMyCart,
    addLine,
    updateLine,
    removeLine,
    setContact,
    listCountries,
    listShippingOptions,
    setShippingOption,
    addCoupon,
    removeCoupon,
    adoptCart,
    getCheckout,
    freezeCart,
    thawCart,
    closeCart,
    deleteExpired,
    auditCarts,
  },
  jobs: [{ method: 'deleteExpired', everyMs: HOUR_MS }],
  settings: shopCurrency,
  setup,
  // A crash of the database can lose the latest changes of carts, but no order: the orders module stores those
  durability: 'relaxed',
})

function setup({ settings }: SetupContext): Services {
  return { currency: settings.PANDO_CURRENCY! }
}
