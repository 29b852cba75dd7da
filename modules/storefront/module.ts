import { defineModule } from '#runtime/module/define.ts'
import { storefront } from './contract.ts'
import { needs } from './needs.ts'
import { accountPages } from './pages/account.ts'
import { addToCartPages } from './pages/add-to-cart.ts'
import { cartPages } from './pages/cart.ts'
import { checkoutPages } from './pages/checkout.ts'
import { showError } from './pages/error-page.ts'
import { filePages } from './pages/files.ts'
import { home } from './pages/home.ts'
import { category, search } from './pages/listing.ts'
import { mailboxPages } from './pages/mailbox.ts'
import { orderPages } from './pages/orders.ts'
import { placeOrderPages } from './pages/place-order.ts'
import { product } from './pages/product.ts'
import { testBankPages } from './pages/test-bank.ts'
import { createServices } from './services.ts'
import { settings } from './settings.ts'

export const definition = defineModule({
  contract: storefront,
  needs,
  handlers: {},
  pages: [
    home,
    category,
    search,
    product,
    ...addToCartPages,
    ...cartPages,
    ...checkoutPages,
    ...placeOrderPages,
    ...orderPages,
    ...testBankPages,
    ...accountPages,
    ...mailboxPages,
    ...filePages,
  ],
  errorPage: showError,
  settings,
  setup: createServices,
})
