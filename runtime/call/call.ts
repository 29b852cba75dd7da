import type { MethodSpec } from '../contract/contract.ts'
import type { Sql } from '../database/sql.ts'
import type { DeliveredEvent } from './events.ts'
import type { HostedModule } from './host.ts'
import type { CallInfo } from './info.ts'
import type { Validator } from './validator.ts'

/** A method of a contract. Every process knows all methods, including those of modules in other processes. */
export interface ContractMethod {
  /** `module.method`. */
  id: string
  module: string
  name: string
  /** The version of the contract in this process. */
  version: string
  spec: MethodSpec
  input: Validator
}

/** A call, in the process that executes it. */
export interface LocalCall {
  input: unknown
  info: CallInfo
  /** The idempotency key. */
  key?: string | undefined
  /** The transaction in which the call runs, as part of a workflow's segment. */
  shared?: SharedTransaction | undefined
  /** The call comes from another process, which may have a newer contract. Unknown members of the input are ignored. */
  tolerant?: boolean
}

/** The transaction that the steps of a workflow's segment share. */
export interface SharedTransaction {
  sql: Sql
  /** The modules that have written in it, and whether they emitted events. */
  written: Map<HostedModule, boolean>
}

/** Sends calls and events to a module in another process, or in loopback mode over HTTP to this process. */
export interface Transport {
  /** Calls a method of the module. Waits until `info.deadline` at most. */
  call(method: ContractMethod, input: unknown, info: CallInfo, key: string | undefined): Promise<unknown>
  /** Delivers an event to the module, and resolves when the module has handled it. */
  deliver(consumer: string, event: DeliveredEvent): Promise<void>
}

/** What the dispatcher needs to know about modules that are moving to another process. */
export interface Moves {
  /** Waits until the module has moved, or is writable here again. Waits until the deadline at most. */
  settled(module: string, deadline: number): Promise<void>
  /** Whether the module has moved permanently, according to its database here. */
  hasMoved(module: HostedModule): Promise<boolean>
  /** Whether there are other processes to which modules may move. */
  readonly hasOtherProcesses: boolean
}
