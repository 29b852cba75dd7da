import type { MethodName } from '#runtime/contract/contract.ts'
import type { Handler } from '#runtime/module/define.ts'
import type { accounts } from './contract.ts'
import type { Services } from './services.ts'

export const needs = {}

export type Handles<Name extends MethodName<typeof accounts>> = Handler<
  typeof accounts,
  Name,
  typeof needs,
  Services
>
