import { expect, it } from 'vitest'
import { orderLink } from './links.ts'

it("orderLink() contains the key for a guest's order, and leads to the account for a customer's", () => {
  const link = (customerId: string | null) =>
    orderLink('https://shop.example', { id: 'ord_1', customerId }, 'okey_1')
  expect(link(null)).toBe('https://shop.example/orders/ord_1?key=okey_1')
  expect(link('cus_1')).toBe('https://shop.example/account/orders/ord_1')
})
