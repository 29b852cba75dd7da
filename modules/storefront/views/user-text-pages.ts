import { isolateBidi } from '#shared/isolate-bidi.ts'
import { accountPage } from './account-page.ts'
import { addressesPage } from './address-pages.ts'
import { cartPage, lineField } from './cart-page.ts'
import { checkoutContactPage } from './checkout-contact-page.ts'
import { checkoutReviewPage } from './checkout-review-page.ts'
import { checkoutShippingPage } from './checkout-shipping-page.ts'
import * as data from './fixtures.ts'
import { emptyForm } from './form-fields.ts'
import { homePage } from './home-page.ts'
import { listingPage } from './listing-page.ts'
import { mailboxPage, mailPage } from './mailbox-pages.ts'
import { orderPage } from './order-page.ts'
import type { PageContent } from './page-content.ts'
import { productPage } from './product-page.ts'
import { testPaymentPage } from './test-payment-page.ts'

/** 80 letters without a space or hyphen: a German word. */
export const LONG_WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
const LONG_URL = `https://supplier.example/${'sheets-'.repeat(7)}`
const largePrice = { amount: 123_456_789, currency: 'EUR' }
const email = `${'birch.'.repeat(10)}tree@${'aspen-grove-'.repeat(5)}1.example`

/** Pages by name. Every text from users and imports in them contains `word`, and all amounts are large. */
export function pagesWith(word: string): Record<string, PageContent> {
  const categories = [1, 2].map((number) => ({ handle: `long-${number}`, title: word, productCount: 1 }))
  const summary = {
    ...data.summaries[0]!,
    title: word,
    vendor: word,
    price: largePrice,
    picture: { url: '/pictures/pic_0.svg', alt: word },
  }
  const descriptionHtml = `<p>Data sheet: ${LONG_URL} and <a href="${LONG_URL}">${LONG_URL}</a></p>
<h3>${word}</h3>
<table><thead><tr>${['Material', 'Circumference', 'Capacity', 'Temperature', 'Manufacturer', 'Certification'].map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody><tr>${['Borosilicate', '45 centimetres', '750 millilitres', 'dishwasher', 'Staatliche', 'unconditional'].map((value) => `<td>${value}</td>`).join('')}</tr></tbody></table>
<blockquote>${word}</blockquote><ul><li>${word}<table><tr><td>${word}</td><td>${word}</td></tr></table></li></ul><pre>${word} ${word}</pre>`
  const options = [
    { name: word, values: [word, `${word} 2`] },
    { name: 'Size', values: ['S'] },
  ]
  const variants = options[0]!.values.map((value, index) => ({
    ...data.shirt.variants[0]!,
    id: `var_long${index}`,
    title: `${value} / S`,
    options: { [word]: value, Size: 'S' },
    price: largePrice,
  }))
  const product = {
    ...data.shirt,
    ...summary,
    options,
    variants,
    categories,
    descriptionHtml,
    seoTitle: '',
  }
  const oneOption = { ...product, options: options.slice(0, 1), priceVaries: true }
  const crumbs = [
    { href: '/', title: 'Home' },
    { href: '/categories/long-1', title: word },
  ]
  const shown = { crumbs, quantity: 1, related: [summary, summary], stockKnown: true }

  const lines = data.cart.lines.map((line) => ({
    ...line,
    title: word,
    variantTitle: `${word} / S`,
    unitPrice: largePrice,
    total: largePrice,
  }))
  const address = {
    ...Object.fromEntries(
      ['name', 'company', 'line1', 'line2', 'city', 'region', 'phone'].map((member) => [member, word]),
    ),
    ...{ name: word, line1: word, city: word, postalCode: '79098', country: 'DE' },
  }
  const contact = { email, shippingAddress: address, billingAddress: address }
  const shippingOption = { ...data.shippingOptions[0]!, title: word, delivery: word, price: largePrice }
  const coupons = [{ code: [...word].slice(0, 60).join(''), title: word }]
  const totals = {
    ...data.totals,
    subtotal: largePrice,
    discount: largePrice,
    shipping: largePrice,
    tax: largePrice,
    total: largePrice,
  }
  const cart = { ...data.cart, lines, contact, shippingOption, coupons, totals }
  const order = { ...data.order, lines, contact, shippingOption, coupons, totals }
  const declined = {
    ...order,
    status: 'cancelled' as const,
    payment: { ...order.payment, status: 'declined' as const, reason: word },
  }
  const savedAddresses = [{ id: 'adr_1', ...address }]
  const message = { ...data.message, to: email, subject: word, text: LONG_URL }

  return {
    'home-long': homePage({
      shopName: word,
      categories: categories.map((category) => ({ ...category, pictureUrl: '/pictures/pic_0.svg' })),
      featured: [summary],
      newest: [summary],
    }),
    'category-long': listingPage({
      subject: { kind: 'category', title: word },
      path: '/categories/long-1',
      crumbs,
      sort: 'newest',
      sorts: [{ value: 'newest', title: 'Newest first' }],
      products: [summary, summary],
      nextCursor: null,
      isFirst: false,
      categories,
    }),
    'search-long': listingPage({
      subject: { kind: 'search', query: `${word} ${'SOUP '.repeat(400)}` },
      path: '/search',
      crumbs: crumbs.slice(0, 1),
      sort: 'relevance',
      sorts: [{ value: 'relevance', title: 'Best match' }],
      products: [],
      nextCursor: null,
      isFirst: true,
      categories,
    }),
    'product-long': productPage({ ...shown, product, variant: variants[0], chosen: variants[0]!.options }),
    'product-long-single': productPage({ ...shown, product: oneOption, variant: variants[0], chosen: {} }),
    'cart-long': cartPage({ cart, lineMessages: {}, form: emptyForm, suggestions: [] }),
    'cart-long-wrong': cartPage({
      cart,
      lineMessages: { [lines[0]!.id]: 'Only 1 left' },
      form: { values: {}, errors: [{ field: lineField(lines[0]!.id), message: 'Enter a quantity' }] },
      suggestions: [],
    }),
    'checkout-contact-long': checkoutContactPage({
      cart,
      form: emptyForm,
      countries: data.countries,
      savedAddresses,
      loggedIn: true,
      isShipped: false,
    }),
    'checkout-shipping-long': checkoutShippingPage({
      cart,
      contact,
      options: [shippingOption],
      form: emptyForm,
    }),
    'checkout-review-long': checkoutReviewPage({
      cart,
      cartVersion: cart.version,
      seen: '',
      contact,
      shippingOption,
      payment: { token: 'tok_ok', label: word },
      idempotencyKey: 'key_1',
      problem: { text: `No longer available: ${isolateBidi(word)}.`, changes: [word] },
    }),
    'order-long': orderPage({ order, justPlaced: true, inAccount: false, offerAccount: true }),
    'order-long-declined': orderPage({ order: declined, justPlaced: false, inAccount: false }),
    'account-long': accountPage({
      account: { ...data.account, name: word, email },
      orders: [order],
      nextCursor: null,
    }),
    'account-long-new': accountPage({
      account: { ...data.account, name: word, email },
      orders: [],
      nextCursor: null,
    }),
    'addresses-long': addressesPage({
      addresses: savedAddresses,
      countries: data.countries,
      form: emptyForm,
    }),
    'test-payment-long': testPaymentPage({
      action: '/payments/test/pay_1',
      orderPath: '/orders/ord_1?placed',
      returnUrl: '/orders/ord_1?placed',
      amount: largePrice,
      shopName: word,
    }),
    'mailbox-long': mailboxPage({ messages: [message], nextCursor: null }),
    'mail-long': mailPage({ message }),
  }
}
