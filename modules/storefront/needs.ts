import { accounts } from '#modules/accounts/contract.ts'
import { cart } from '#modules/cart/contract.ts'
import { catalog } from '#modules/catalog/contract.ts'
import { inventory } from '#modules/inventory/contract.ts'
import { notifications } from '#modules/notifications/contract.ts'
import { orders } from '#modules/orders/contract.ts'
import { payments } from '#modules/payments/contract.ts'
import type { ErrorPage, Page, PageContext } from '#runtime/module/pages.ts'
import type { Services } from './services.ts'

export const needs = { catalog, inventory, cart, orders, payments, accounts, notifications }

export type ShopContext = PageContext<typeof needs, Services>
export type ShopPage = Page<typeof needs, Services>
export type ShopErrorPage = ErrorPage<typeof needs, Services>
