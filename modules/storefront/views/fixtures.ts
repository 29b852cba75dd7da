import type { Account, SavedAddress } from '#modules/accounts/contract.ts'
import type { Cart, CartLine, Contact, ShippingOption, Totals } from '#modules/cart/contract.ts'
import type { Product, ProductSummary, Variant } from '#modules/catalog/contract.ts'
import type { Message } from '#modules/notifications/contract.ts'
import type { Order } from '#modules/orders/contract.ts'
import type { Frame } from './frame.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })

export const categories = [
  { handle: 'kitchen', title: 'Kitchen', productCount: 18 },
  { handle: 'living', title: 'Living', productCount: 14 },
  { handle: 'garden', title: 'Garden', productCount: 9 },
  { handle: 'clothing', title: 'Clothing', productCount: 16 },
  { handle: 'jewellery', title: 'Jewellery', productCount: 7 },
  { handle: 'paper', title: 'Paper', productCount: 1 },
]

export const frame: Frame = {
  shopName: 'Pando',
  publicUrl: 'https://shop.example',
  path: '/',
  categories,
  cartCount: 3,
  mailbox: true,
}

const SHELF: [title: string, amount: number, before?: number][] = [
  ['Stoneware cup', 1800],
  ['Linen tea towel', 1450],
  ['Copper pendant light', 18900, 22900],
  ['Wool blanket', 12900],
  ['Walnut side table', 34900],
  ['Terracotta plant pot', 2400, 2900],
  ['Beeswax candle', 1600],
  ['Striped cotton shirt', 6900],
  ['Ash wood chair', 27900],
  ['Glass oil bottle', 2200],
  ['Canvas backpack with leather straps for long days', 14900],
  ['Dotted notebook', 1900],
]

/** The products of the shelf. The candle is sold out, and the variants of the blanket have different prices. */
export const summaries: ProductSummary[] = SHELF.map(([title, amount, before], index) => ({
  id: `prd_${index}`,
  handle: title.toLowerCase().replaceAll(' ', '-'),
  title,
  vendor: 'Root & Branch',
  price: eur(amount),
  ...(before ? { compareAtPrice: eur(before) } : {}),
  available: index !== 6,
  priceVaries: index === 3,
  picture: { url: `/pictures/pic_${index}.svg`, alt: `${title}, seen from the front` },
  variants: [],
}))

function variant(id: string, options: Record<string, string>, amount: number, available = true): Variant {
  return {
    id,
    sku: `SKU-${id}`,
    title: Object.values(options).join(' / '),
    options,
    price: eur(amount),
    available,
  }
}

/** A shirt that is sold out in XL, and in one more size of each colour. */
export const shirt: Product = {
  ...summaries[7]!,
  descriptionHtml:
    '<p>Woven on narrow looms, washed once before it is sewn. It gets softer with every year.</p><ul><li>Long-staple cotton, 140 g/m²</li><li>Buttons of <strong>corozo</strong></li><li>Wash at 40 °C</li></ul>',
  options: [
    { name: 'Colour', values: ['Bark', 'Pine', 'Leaf gold'] },
    { name: 'Size', values: ['S', 'M', 'L', 'XL'] },
  ],
  variants: ['Bark', 'Pine', 'Leaf gold'].flatMap((Colour, colour) =>
    ['S', 'M', 'L', 'XL'].map((Size, size) =>
      variant(`var_${colour}${size}`, { Colour, Size }, 6900 + colour * 500, size < 3 && colour + size !== 2),
    ),
  ),
  pictures: [0, 1, 2].map((index) => ({
    url: `/pictures/pic_7_${index}.svg`,
    alt: `Striped shirt, picture ${index + 1}`,
  })),
  categories: [categories[3]!, { handle: 'new', title: 'New this month' }].map(({ handle, title }) => ({
    handle,
    title,
  })),
  tags: ['cotton'],
  seoTitle: '',
  seoDescription: '',
}

export const blanket: Product = {
  ...shirt,
  ...summaries[3]!,
  options: [{ name: 'Size', values: ['130 × 180 cm', '150 × 200 cm', '200 × 220 cm'] }],
  variants: [
    { ...variant('var_b1', { Size: '130 × 180 cm' }, 12900), compareAtPrice: eur(15900) },
    variant('var_b2', { Size: '150 × 200 cm' }, 15900),
    variant('var_b3', { Size: '200 × 220 cm' }, 19900, false),
  ],
  pictures: [{ url: '/pictures/pic_3.svg', alt: 'Wool blanket, folded' }],
}

export const candle: Product = {
  ...shirt,
  ...summaries[6]!,
  options: [],
  variants: [variant('var_c1', {}, 1600, false)],
  pictures: [],
  descriptionHtml: '',
  categories: [],
}

function line(index: number, quantity: number, variantTitle?: string): CartLine {
  const { title, handle, price, picture } = summaries[index]!
  return {
    id: `lin_${index}`,
    variantId: `var_${index}`,
    productHandle: handle,
    title,
    variantTitle: variantTitle ?? title,
    sku: null,
    pictureUrl: picture.url,
    quantity,
    unitPrice: price,
    total: eur(price.amount * quantity),
  }
}

export const totals: Totals = {
  subtotal: eur(31500),
  discount: eur(3150),
  shipping: eur(490),
  tax: eur(0),
  includedTax: eur(4605),
  total: eur(28840),
}

export const shippingOptions: ShippingOption[] = [
  { id: 'standard', title: 'Standard', delivery: '2–4 working days', price: eur(490) },
  { id: 'express', title: 'Express', delivery: 'next working day', price: eur(1290) },
  {
    id: 'pickup',
    title: 'Pick up in store',
    delivery: 'ready after 1 working day',
    price: eur(0),
    handover: 'pickup',
  },
]

export const address = {
  name: 'Test Customer',
  line1: 'Birkenweg 12',
  line2: '3rd floor',
  postalCode: '79098',
  city: 'Freiburg',
  country: 'DE',
}

export const contact: Contact = {
  email: 'customer@example.com',
  shippingAddress: address,
  billingAddress: { ...address, name: 'Grove & Co', line2: '' },
}

export const cart: Cart = {
  version: 'a-version-of-the-cart',
  id: 'crt_1',
  status: 'open',
  currency: 'EUR',
  lines: [line(0, 4), line(3, 1, '130 × 180 cm'), line(10, 1)],
  contact,
  shippingOption: shippingOptions[0]!,
  coupons: [{ code: 'AUTUMN10', title: '10 % off everything' }],
  totals,
  orderId: null,
  expiresAt: '2026-12-24T05:28:00.000Z',
}

/** The totals of the cart's lines that can be ordered: without the blanket. */
export const totalsOfOrderable: Totals = {
  ...totals,
  subtotal: eur(22100),
  discount: eur(2210),
  includedTax: eur(3256),
  total: eur(20380),
}

export const countries = [
  { code: 'AT', name: 'Austria' },
  { code: 'DE', name: 'Germany' },
  { code: 'NL', name: 'Netherlands' },
]

export const order: Order = {
  id: 'ord_01k3x7',
  number: '10427',
  status: 'confirmed',
  payment: { status: 'paid', provider: 'test', actionUrl: null, reason: null },
  cartId: cart.id,
  customerId: null,
  contact,
  lines: cart.lines,
  shippingOption: shippingOptions[0]!,
  coupons: cart.coupons,
  totals,
  cancellable: true,
  placedAt: '2026-11-24T09:12:00.000Z',
  history: [
    { status: 'pending', at: '2026-11-24T09:12:00.000Z' },
    { status: 'confirmed', at: '2026-11-24T09:12:02.000Z' },
  ],
}

export const orderToConfirm: Order = {
  ...order,
  id: 'ord_01k3x8',
  number: '10428',
  status: 'pending',
  payment: {
    ...order.payment,
    status: 'requires_action',
    actionUrl: 'https://bank.example/confirm?id=1&x=2',
    dueAt: '2026-11-24T09:27:00.000Z',
  },
  history: order.history.slice(0, 1),
}

export const orderDeclined: Order = {
  ...order,
  id: 'ord_01k3x9',
  number: '10429',
  status: 'cancelled',
  cancellable: false,
  payment: { ...order.payment, status: 'declined', reason: 'The card has expired' },
  history: [...order.history.slice(0, 1), { status: 'cancelled', at: '2026-11-24T09:12:02.000Z' }],
}

export const orderExpired: Order = {
  ...orderDeclined,
  id: 'ord_01k3xa',
  number: '10430',
  payment: { ...order.payment, status: 'voided', reason: 'The payment was not completed in time' },
}

export const account: Account = {
  id: 'cus_1',
  email: 'customer@example.com',
  name: 'Test Customer',
  verified: false,
  createdAt: '2026-05-02T10:00:00.000Z',
}

export const savedAddresses: SavedAddress[] = [
  { id: 'adr_1', ...address },
  { id: 'adr_2', ...address, line1: 'Pappelallee 4', line2: '' },
]

export const message: Message = {
  id: 'msg_1',
  to: 'customer@example.com',
  subject: 'Your order 10427',
  status: 'kept',
  createdAt: '2026-11-24T09:12:03.000Z',
  text: 'Hello,\n\nthank you for your order 10427. You can follow it here: http://localhost:4000/orders/ord_01k3x7.\n\n4 × Stoneware cup   €72.00\n\nThe people at Pando',
  html: '',
}
