import { catalog } from '#modules/catalog/contract.ts'
import { inventory } from '#modules/inventory/contract.ts'
import { pricing } from '#modules/pricing/contract.ts'
import type { MethodName } from '#runtime/contract/contract.ts'
import type { Handler } from '#runtime/module/define.ts'
import type { cart } from './contract.ts'
import type { Services } from './services.ts'

export const needs = { catalog, inventory, pricing }

/** The type of the handler of one of this module's methods. */
export type Handles<Name extends MethodName<typeof cart>> = Handler<typeof cart, Name, typeof needs, Services>
