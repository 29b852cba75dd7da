import { accounts } from '#modules/accounts/contract.ts'
import { orders } from '#modules/orders/contract.ts'
import type { EventSpec, MethodName } from '#runtime/contract/contract.ts'
import type { Handler, Reaction } from '#runtime/module/define.ts'
import type { notifications } from './contract.ts'
import type { Services } from './services.ts'

export const needs = { orders, accounts }

export type Handles<Name extends MethodName<typeof notifications>> = Handler<
  typeof notifications,
  Name,
  typeof needs,
  Services
>
export type Reacts<Event extends EventSpec> = Reaction<Event, typeof notifications, typeof needs, Services>
