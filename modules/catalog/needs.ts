import { inventory } from '#modules/inventory/contract.ts'
import type { EventSpec, MethodName } from '#runtime/contract/contract.ts'
import type { Handler, Reaction } from '#runtime/module/define.ts'
import type { catalog } from './contract.ts'
import type { Services } from './services.ts'

/**
 * Inventory reports availability with events. The catalog also calls inventory to set and read stock for staff, because
 * only the catalog knows which variants exist.
 */
export const needs = { inventory }

export type Handles<Name extends MethodName<typeof catalog>> = Handler<
  typeof catalog,
  Name,
  typeof needs,
  Services
>
export type Reacts<Event extends EventSpec> = Reaction<Event, typeof catalog, typeof needs, Services>
