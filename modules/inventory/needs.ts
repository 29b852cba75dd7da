import type { MethodName } from '#runtime/contract/contract.ts'
import type { Handler } from '#runtime/module/define.ts'
import type { inventory } from './contract.ts'

export const needs = {}

/** The type of the handler of one of this module's methods. */
export type Handles<Name extends MethodName<typeof inventory>> = Handler<typeof inventory, Name, typeof needs>
