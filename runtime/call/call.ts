import type { MethodSpec } from '../contract/contract.ts'
import type { Sql } from '../database/sql.ts'
import type { DeliveredEvent } from './events.ts'
import type { HostedModule } from './host.ts'
import type { CallInfo } from './info.ts'
import type { Validator } from './validator.ts'

/** A method as every process knows it, wherever its code is. */
export interface ContractMethod {
  /** `module.method`. */
  id: string
  module: string
  name: string
  /** Version of the contract, as it is known here. */
  version: string
  spec: MethodSpec
  input: Validator
}

/** One call, as it is executed where the method is. */
export interface LocalCall {
  input: unknown
  info: CallInfo
  key?: string | undefined
  shared?: SharedTransaction | undefined
  /** It comes from another process, perhaps with a newer contract: members that this one does not know are ignored. */
  tolerant?: boolean
}

/** The transaction that the steps of a workflow's segment share. */
export interface SharedTransaction {
  sql: Sql
  /** Modules that wrote in it, and whether they emitted events. */
  written: Map<HostedModule, boolean>
}

/** How calls and events get to a module that another process, or the loopback mode, keeps. */
export interface Transport {
  /** Calls a method there; `info.deadline` ends the wait. */
  call(method: ContractMethod, input: unknown, info: CallInfo, key: string | undefined): Promise<unknown>
  /** Hands an event to a module there, and answers when it has been handled. */
  deliver(consumer: string, event: DeliveredEvent): Promise<void>
}

/** Knows how it stands with modules that are on their way to another process. */
export interface Moves {
  /** Waits until the module is elsewhere, or can be written here again; until the deadline at the latest. */
  settled(module: string, deadline: number): Promise<void>
  /** Whether it is elsewhere for good, by the word of its database here. */
  hasMoved(module: HostedModule): Promise<boolean>
  /** Whether there are other processes that modules may move to. */
  readonly isSpread: boolean
}
