import { accounts } from '#modules/accounts/contract.ts'
import { cart } from '#modules/cart/contract.ts'
import { inventory } from '#modules/inventory/contract.ts'
import { payments } from '#modules/payments/contract.ts'
import { pricing } from '#modules/pricing/contract.ts'
import type { EventSpec, MethodName } from '#runtime/contract/contract.ts'
import type { Handler, Reaction } from '#runtime/module/define.ts'
import type { orders } from './contract.ts'
import type { Services } from './services.ts'

export const needs = { accounts, cart, inventory, payments, pricing }

export type Handles<Name extends MethodName<typeof orders>> = Handler<
  typeof orders,
  Name,
  typeof needs,
  Services
>
export type Reacts<Event extends EventSpec> = Reaction<Event, typeof orders, typeof needs, Services>
