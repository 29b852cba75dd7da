import { catalog } from '#modules/catalog/contract.ts'
import { orders } from '#modules/orders/contract.ts'
import type { EventSpec, MethodName } from '#runtime/contract/contract.ts'
import type { Handler, Reaction } from '#runtime/module/define.ts'
import type { wishlist } from './contract.ts'
import type { Services } from './settings.ts'

export const needs = { catalog, orders }

export type Handles<Name extends MethodName<typeof wishlist>> = Handler<
  typeof wishlist,
  Name,
  typeof needs,
  Services
>
export type Reacts<Event extends EventSpec> = Reaction<Event, typeof wishlist, typeof needs, Services>
