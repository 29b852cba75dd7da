import type { Caller } from './caller.ts'
import type { Contract, FailureCode, InputOf, MethodName, OutputOf } from './contract.ts'

/**
 * Gives a module's own checks access to an implementation in any language: it calls methods over the network and checks
 * every answer against the contract.
 */
export interface Probe<Of extends Contract = Contract> {
  /** Calls a method that must succeed. By default the call has no idempotency key. */
  call<Name extends MethodName<Of>>(
    method: Name,
    input: InputOf<Of['methods'][Name]>,
    options?: ProbeOptions,
  ): Promise<OutputOf<Of['methods'][Name]>>
  /** Calls a method that must answer with this failure: one of its contract or of the runtime. */
  fails<Name extends MethodName<Of>>(
    method: Name,
    input: InputOf<Of['methods'][Name]>,
    code: FailureCode<Of['methods'][Name]> | 'DEADLINE_EXCEEDED' | 'UNAVAILABLE',
    options?: ProbeOptions,
  ): Promise<void>
  /** Fails the check and shows the last request when the values differ; `expected` may leave out members. */
  matches(actual: unknown, expected: unknown): void
  /** Derives a key for one purpose from the deployment's secret, like `deriveKey` of a module's set-up. */
  deriveKey(purpose: string): Buffer
}

export interface ProbeOptions {
  /** The idempotency key. */
  key?: string
  caller?: Caller
  /** The timeout that the call states, in milliseconds. Default: the method's. */
  timeoutMs?: number
}

/** One thing that every implementation of a module must do. */
export interface ConformanceCheck<Of extends Contract> {
  /** A sentence, such as `cancelIntent releases the authorised amount`. */
  name: string
  run(probe: Probe<Of>): Promise<void>
}

/**
 * The checks of a module, in addition to those derived from its contract; by default in
 * `modules/<name>/conformance.ts`.
 */
export interface ModuleConformance<Of extends Contract = Contract> {
  contract: Of
  /**
   * Makes a new input with which the method succeeds and a command has an effect. It may call other methods first. A
   * method without an example is called with inputs generated from its schema, and may answer with any failure.
   */
  examples: {
    [Name in MethodName<Of>]?: (
      probe: Probe<Of>,
    ) => InputOf<Of['methods'][Name]> | Promise<InputOf<Of['methods'][Name]>>
  }
  checks: readonly ConformanceCheck<Of>[]
}

/**
 * Declares a module's part of the conformance suite; each `modules/<name>/conformance.ts` exports one as `conformance`.
 */
export function defineConformance<const Of extends Contract>(
  contract: Of,
  parts: Omit<ModuleConformance<Of>, 'contract'>,
): ModuleConformance<Of> {
  return { contract, ...parts }
}
