import { catalog } from '#modules/catalog/contract.ts'
import type { MethodName } from '#runtime/contract/contract.ts'
import type { Handler } from '#runtime/module/define.ts'
import type { pricing } from './contract.ts'
import type { Services } from './services.ts'

export const needs = { catalog }

/** The type of the handler of one of this module's methods. */
export type Handles<Name extends MethodName<typeof pricing>> = Handler<
  typeof pricing,
  Name,
  typeof needs,
  Services
>
