import { inventory } from '#modules/inventory/contract.ts'
import type { EventSpec, MethodName } from '#runtime/contract/contract.ts'
import type { Handler, Reaction } from '#runtime/module/define.ts'
import type { catalog } from './contract.ts'
import type { Services } from './services.ts'

/** Of inventory, the catalog needs to hear when a variant is sold out or back, and to set and read the stock of those that exist. */
export const needs = { inventory }

export type Handles<Name extends MethodName<typeof catalog>> = Handler<
  typeof catalog,
  Name,
  typeof needs,
  Services
>
export type Reacts<Event extends EventSpec> = Reaction<Event, typeof catalog, typeof needs, Services>
