import { inventory } from '#modules/inventory/contract.ts'
import type { EventSpec, MethodName } from '#runtime/contract/contract.ts'
import type { Handler, Reaction } from '#runtime/module/define.ts'
import type { catalog } from './contract.ts'

/** Of inventory, the catalog needs only to hear when a variant is sold out or back. */
export const needs = { inventory }

export type Handles<Name extends MethodName<typeof catalog>> = Handler<typeof catalog, Name, typeof needs>
export type Reacts<Event extends EventSpec> = Reaction<Event, typeof catalog, typeof needs>
