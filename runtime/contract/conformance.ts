import type { Caller } from './caller.ts'
import type { Contract, FailureCode, InputOf, MethodName, OutputOf } from './contract.ts'

/**
 * What a module's own checks see of an implementation, whatever language it is written in: its methods, called over the
 * wire. Every answer is checked against the contract on its way.
 */
export interface Probe<Of extends Contract = Contract> {
  /** Calls a method that must succeed; without a key unless told. */
  call<Name extends MethodName<Of>>(
    method: Name,
    input: InputOf<Of['methods'][Name]>,
    options?: ProbeOptions,
  ): Promise<OutputOf<Of['methods'][Name]>>
  /** Calls a method that must answer with this failure, one of its own or of the runtime's. */
  fails<Name extends MethodName<Of>>(
    method: Name,
    input: InputOf<Of['methods'][Name]>,
    code: FailureCode<Of['methods'][Name]> | 'DEADLINE_EXCEEDED' | 'UNAVAILABLE',
    options?: ProbeOptions,
  ): Promise<void>
  /** Fails the check, with the last request to show, when they differ; `expected` may leave out members. */
  matches(came: unknown, expected: unknown): void
  /** The key that the deployment's secret gives for a purpose, as `deriveKey` of a module's set-up. */
  deriveKey(purpose: string): Buffer
}

export interface ProbeOptions {
  key?: string
  caller?: Caller
  /** How long the caller says that it waits. */
  timeoutMs?: number
}

/** One thing that every implementation of a module must do. */
export interface ConformanceCheck<Of extends Contract> {
  /** A sentence: `cancelIntent gives back what was taken`. */
  name: string
  run(probe: Probe<Of>): Promise<void>
}

/** What a module adds to the checks that its contract alone gives: the default folder is `modules/<name>/conformance.ts`. */
export interface ModuleConformance<Of extends Contract = Contract> {
  contract: Of
  /**
   * Makes a new input with which a method succeeds, and has an effect when it is a command; it may call others before.
   * Methods without one are tried with inputs made from their schemas, whatever they answer.
   */
  examples: {
    [Name in MethodName<Of>]?: (
      probe: Probe<Of>,
    ) => InputOf<Of['methods'][Name]> | Promise<InputOf<Of['methods'][Name]>>
  }
  checks: readonly ConformanceCheck<Of>[]
}

/** Declares a module's part of the conformance suite; each `modules/<name>/conformance.ts` exports one as `conformance`. */
export function defineConformance<const Of extends Contract>(
  contract: Of,
  parts: Omit<ModuleConformance<Of>, 'contract'>,
): ModuleConformance<Of> {
  return { contract, ...parts }
}
