import { accountDetailsPage } from './account-details-page.ts'
import { accountPage } from './account-page.ts'
import { addressesPage, addressPage } from './address-pages.ts'
import { cartPage } from './cart-page.ts'
import { checkoutContactPage } from './checkout-contact-page.ts'
import { checkoutPaymentPage, testPaymentChoices } from './checkout-payment-page.ts'
import { checkoutReviewPage } from './checkout-review-page.ts'
import { checkoutShippingPage } from './checkout-shipping-page.ts'
import * as data from './fixtures.ts'
import { emptyForm, type FormState } from './form-fields.ts'
import { homePage } from './home-page.ts'
import { listingPage } from './listing-page.ts'
import { loginPage } from './login-page.ts'
import { mailboxPage, mailPage } from './mailbox-pages.ts'
import { errorPage, messagePage, notFoundPage } from './message-pages.ts'
import { orderPage } from './order-page.ts'
import type { PageContent } from './page-content.ts'
import { newPasswordPage, passwordResetRequestPage } from './password-reset-pages.ts'
import { productPage } from './product-page.ts'
import { registerPage } from './register-page.ts'
import { testPaymentPage } from './test-payment-page.ts'

const { cart, contact, countries, order, summaries } = data
const home = { href: '/', title: 'Home' }
const sorts = [
  { value: 'newest', title: 'Newest first' },
  { value: 'price-asc', title: 'Price, low to high' },
  { value: 'price-desc', title: 'Price, high to low' },
]
const listing = {
  crumbs: [home],
  sort: 'newest',
  sorts,
  categories: data.categories,
  isFirst: true,
  nextCursor: null,
}
const wrongAddress: FormState = {
  values: { email: 'customer@', 'shippingAddress.name': 'Test Customer', differentBilling: 'yes' },
  errors: [
    { field: 'shippingAddress.line1', message: 'Enter the street and number' },
    { field: 'shippingAddress.country', message: 'Choose a country' },
    { field: 'email', message: 'Enter an email address like name@example.com' },
    { field: 'billingAddress.postalCode', message: 'Enter the postal code of the billing address' },
  ],
}
/** In the order in which validation against the contract reports them, which differs from the form's. */
const wrongFields: FormState = {
  values: {},
  errors: ['country', 'city', 'postalCode', 'line1', 'name'].map((field) => ({
    field,
    message: `Check the ${field}`,
  })),
}
const rightAddress: FormState = {
  values: {
    email: contact.email,
    ...Object.fromEntries(
      Object.entries(data.address).map(([member, value]) => [`shippingAddress.${member}`, value]),
    ),
  },
  errors: [],
}
const product = {
  crumbs: [home, { href: '/categories/clothing', title: 'Clothing' }],
  quantity: 1,
  related: summaries.slice(0, 4),
}
const review = {
  cart,
  cartVersion: cart.version,
  seen: '',
  contact,
  shippingOption: cart.shippingOption!,
  payment: { token: 'tok_ok', label: 'Test card: approved' },
  idempotencyKey: 'key_1',
}

const pickup = data.shippingOptions.find(({ handover }) => handover === 'pickup')!

/** Every page in each of its states, by name. */
export const fixturePages: Record<string, PageContent> = {
  home: homePage({
    shopName: 'Pando',
    categories: data.categories.map((category, index) => ({
      ...category,
      pictureUrl: `/pictures/pic_${index}.svg`,
    })),
    featured: summaries.slice(0, 8),
    newest: summaries.slice(8),
  }),
  category: listingPage({
    ...listing,
    subject: { kind: 'category', title: 'Kitchen' },
    path: '/categories/kitchen',
    products: summaries,
    nextCursor: 'WzEsMl0',
  }),
  search: listingPage({
    ...listing,
    subject: { kind: 'search', query: 'cup' },
    path: '/search',
    products: summaries.slice(0, 3),
    isFirst: false,
  }),
  'search-empty': listingPage({
    ...listing,
    subject: { kind: 'search', query: 'zeppelin' },
    path: '/search',
    products: [],
  }),
  'product-options': productPage({
    stockKnown: true,
    ...product,
    product: data.shirt,
    variant: data.shirt.variants[5],
    chosen: data.shirt.variants[5]!.options,
  }),
  'product-combination': productPage({
    stockKnown: true,
    ...product,
    product: data.shirt,
    variant: undefined,
    chosen: { Colour: 'Leaf gold', Size: 'XXL' },
  }),
  'product-single': productPage({
    stockKnown: true,
    ...product,
    product: data.blanket,
    variant: data.blanket.variants[0],
    chosen: {},
  }),
  'product-short': productPage({
    stockKnown: true,
    ...product,
    product: data.blanket,
    variant: data.blanket.variants[0],
    chosen: {},
    quantity: '1000',
    quantityMessage: 'Only 10 left.',
  }),
  'product-sold-out': productPage({
    stockKnown: true,
    ...product,
    product: data.candle,
    variant: data.candle.variants[0],
    chosen: {},
    related: [],
  }),
  cart: cartPage({ cart, lineMessages: {}, form: emptyForm, suggestions: [] }),
  'cart-open': cartPage({
    cart: { ...cart, shippingOption: null },
    lineMessages: {},
    form: emptyForm,
    suggestions: [],
  }),
  'cart-wrong': cartPage({
    cart: { ...cart, totals: data.totalsOfOrderable },
    lineMessages: { lin_3: 'Only 1 left' },
    form: {
      values: { code: 'SPRING' },
      errors: [{ field: 'code', message: 'This coupon code is invalid or has expired' }],
    },
    suggestions: [],
  }),
  'cart-empty': cartPage({
    cart: null,
    lineMessages: {},
    form: emptyForm,
    suggestions: summaries.slice(0, 4),
  }),
  'checkout-contact': checkoutContactPage({
    cart: { ...cart, shippingOption: null },
    form: rightAddress,
    countries,
    savedAddresses: data.savedAddresses,
    loggedIn: true,
    isShipped: true,
  }),
  'checkout-contact-wrong': checkoutContactPage({
    cart,
    form: wrongAddress,
    countries,
    savedAddresses: [],
    loggedIn: false,
    isShipped: true,
  }),
  'checkout-shipping': checkoutShippingPage({
    cart,
    contact,
    options: data.shippingOptions,
    form: { values: { shippingOptionId: 'standard' }, errors: [] },
  }),
  'checkout-shipping-none': checkoutShippingPage({ cart, contact, options: [], form: emptyForm }),
  'checkout-payment': checkoutPaymentPage({
    cart,
    provider: 'test',
    choices: testPaymentChoices,
    form: { values: {}, errors: [{ field: 'token', message: 'Choose a payment method' }] },
  }),
  'checkout-review': checkoutReviewPage(review),
  'checkout-review-problem': checkoutReviewPage({
    ...review,
    problem: {
      text: 'The payment was declined: the card has expired.',
      link: { href: '/checkout/payment', text: 'Choose another payment method' },
    },
  }),
  'checkout-review-pickup': checkoutReviewPage({
    ...review,
    cart: { ...cart, shippingOption: pickup },
    shippingOption: pickup,
  }),
  'order-pickup': orderPage({
    order: { ...order, shippingOption: pickup, cancellable: true },
    justPlaced: true,
    inAccount: false,
  }),
  'order-placed': orderPage({ order, justPlaced: true, inAccount: false, offerAccount: true }),
  'order-to-confirm': orderPage({
    order: data.orderToConfirm,
    justPlaced: true,
    inAccount: false,
  }),
  'order-refused': orderPage({
    order: data.orderDeclined,
    justPlaced: true,
    inAccount: false,
    cancelledItems: { restoreKey: 'key_1' },
  }),
  'order-declined': orderPage({
    order: data.orderDeclined,
    justPlaced: false,
    inAccount: false,
    cancelledItems: 'in-cart',
  }),
  'order-expired': orderPage({
    order: data.orderExpired,
    justPlaced: false,
    inAccount: false,
    cancelledItems: 'in-cart',
  }),
  'order-in-account': orderPage({ order, justPlaced: false, inAccount: true }),
  login: loginPage({
    form: {
      values: { email: 'customer@example.com' },
      errors: [{ field: 'email', message: 'The email address or password is wrong' }],
    },
    next: '/checkout',
  }),
  'register-wrong': registerPage({
    form: {
      values: { name: '', email: 'customer@' },
      errors: [
        { field: 'password', message: 'Choose a password of at least 10 characters' },
        { field: 'email', message: 'Enter an email address like name@example.com' },
        { field: 'name', message: 'Enter your name' },
      ],
    },
    next: '/account',
  }),
  register: registerPage({ form: emptyForm, next: '/account' }),
  account: accountPage({
    account: data.account,
    orders: [order, data.orderToConfirm, data.orderDeclined],
    nextCursor: 'abc',
  }),
  'account-new': accountPage({ account: { ...data.account, verified: true }, orders: [], nextCursor: null }),
  'addresses-wrong': addressesPage({ addresses: data.savedAddresses, countries, form: wrongFields }),
  'address-wrong': addressPage({ addressId: 'adr_1', countries, form: wrongFields }),
  addresses: addressesPage({ addresses: data.savedAddresses, countries, form: emptyForm }),
  address: addressPage({ addressId: 'adr_1', countries, form: { values: { ...data.address }, errors: [] } }),
  details: accountDetailsPage({ form: { values: { name: 'Test Customer' }, errors: [] } }),
  'details-wrong': accountDetailsPage({
    form: {
      values: { name: 'Test Customer' },
      errors: [{ field: 'password.current', message: 'This is not your current password' }],
    },
  }),
  'password-reset': passwordResetRequestPage({ form: emptyForm }),
  'password-new': newPasswordPage({ form: emptyForm, token: 'rst_1' }),
  message: messagePage({
    title: 'Check your email',
    text: 'If there is an account with this address, a link is on its way.',
    action: { href: '/account/login', text: 'Back to login' },
  }),
  'not-found': notFoundPage(),
  error: errorPage({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', kind: 'broken' }),
  busy: errorPage({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', kind: 'busy' }),
  'test-payment': testPaymentPage({
    action: '/payments/test/pay_1',
    orderPath: '/orders/ord_1?placed',
    returnUrl: '/orders/ord_1?placed',
    amount: cart.totals.total,
    shopName: 'Pando',
  }),
  mailbox: mailboxPage({
    messages: [data.message, { ...data.message, id: 'msg_2', status: 'queued' }],
    nextCursor: null,
  }),
  'mailbox-empty': mailboxPage({ messages: [], nextCursor: null }),
  mail: mailPage({ message: data.message, htmlHref: '/mailbox/msg_1/html' }),
}
