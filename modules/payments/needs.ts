import type { MethodName } from '#runtime/contract/contract.ts'
import type { Handler } from '#runtime/module/define.ts'
import type { payments } from './contract.ts'
import type { Services } from './services.ts'

/** The payments module calls no other module. */
export const needs = {}

export type Handles<Name extends MethodName<typeof payments>> = Handler<
  typeof payments,
  Name,
  typeof needs,
  Services
>
