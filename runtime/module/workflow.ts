import type { Contract, InputOf, MethodName, OutputOf } from '../contract/contract.ts'

/** How a workflow continues after a step. */
export type Decision<State> =
  | { next: 'go' }
  /** The workflow waits at this step. The step runs again after `wakeAfterMs`, or when the workflow is resumed. */
  | { next: 'wait'; wakeAfterMs: number }
  /** Applies `patch` to the state, compensates the steps, and ends with the failure. */
  | { next: 'fail'; code: string; status: number; message: string; data?: unknown; patch?: Partial<State> }

/** The compensation of a step: a command. A declared failure with 404 means that there is nothing to compensate. */
export interface Undo<State> {
  module: string
  method: string
  input: (state: State) => unknown
  /** Stores those parts of the answer that the compensation of earlier steps needs. */
  save: ((output: never, state: State) => Partial<State>) | undefined
}

/** A step: a command of one module, with its compensation. */
export interface Step<State> {
  name: string
  module: string
  method: string
  input: (state: State) => unknown
  /** Stores those parts of the answer that later steps need. */
  save: ((output: never, state: State) => Partial<State>) | undefined
  decide: ((output: never, state: State) => Decision<State>) | undefined
  /**
   * The compensation runs when a later step fails, when the workflow waits at this step beyond its deadline, and, with
   * the module in another process, when this step itself fails. It must be idempotent, must succeed for a step that had
   * no effect, and must keep a late execution of the step from having one.
   */
  undo: Undo<State> | undefined
  /** Steps that run when `decide` says wait, in one transaction with the journal's entry for the wait. */
  waiting: Step<State>[]
  /**
   * What happens when the module does not answer. `later`: the engine retries the step until the module answers.
   * `back`: the workflow is compensated and fails with UNAVAILABLE, for steps before which nothing was confirmed to the
   * caller.
   */
  unanswered: 'later' | 'back'
  /**
   * The step does not depend on the step before it. When the two cannot share a transaction they run in parallel, which
   * saves a wait. It has no `decide`.
   */
  parallel: boolean
  /** Once this step is done, the workflow is never compensated: later steps are retried until they succeed. */
  final: boolean
}

export interface Workflow<Input, State, Answer> {
  name: string
  /** The prefix of its ids, such as `ord` when the workflow's id is also the order's id. */
  idPrefix: string
  /** Makes the state for the first step. */
  begin: (input: Input, id: string) => State
  steps: Step<State>[]
  /** The version of the list of steps, in the journal with each entry. Raise it when a step is added or removed. */
  version: number
  /**
   * The position in `steps` of a workflow that an older version of the list brought to `position`: how many steps are
   * done, or not compensated yet.
   */
  convertPosition: (position: number, version: number) => number
  /** Makes the answer for the caller when the workflow is done or waits. */
  answer: (state: State) => Answer
  /**
   * The deadline, in milliseconds since the start. A workflow that still waits then is compensated and fails with
   * `expired`.
   */
  deadlineMs: number
  expired: { code: string; status: number; message: string; patch?: Partial<State> }
}

/** The status of a workflow in its journal. `undoing`: it is being compensated. */
export type WorkflowStatus = 'running' | 'waiting' | 'undoing' | 'done' | 'failed'

/** A workflow as the runtime handles it. Only its definition knows the types of its input, state and answer. */
export type AnyWorkflow = Workflow<unknown, object, unknown>

/** Makes a step that calls `method` of a module. */
export function step<Of extends Contract, Name extends MethodName<Of>, State>(
  of: Of,
  method: Name,
  options: {
    name?: string
    input: (state: State) => InputOf<Of['methods'][Name]>
    save?: (output: OutputOf<Of['methods'][Name]>, state: State) => Partial<State>
    decide?: (output: OutputOf<Of['methods'][Name]>, state: State) => Decision<State>
    undo?: Undo<State>
    waiting?: Step<State>[]
    /** Default: `later`. */
    unanswered?: 'later' | 'back'
    /** Default: off. */
    parallel?: boolean
    /** Default: off. */
    final?: boolean
  },
): Step<State> {
  return {
    name: options.name ?? method,
    module: of.name,
    method,
    input: options.input,
    save: options.save as Step<State>['save'],
    decide: options.decide as Step<State>['decide'],
    undo: options.undo,
    waiting: options.waiting ?? [],
    unanswered: options.unanswered ?? 'later',
    parallel: options.parallel ?? false,
    final: options.final ?? false,
  }
}

/** Makes the compensation of a step. */
export function undo<Of extends Contract, Name extends MethodName<Of>, State>(
  of: Of,
  method: Name,
  input: (state: State) => InputOf<Of['methods'][Name]>,
  save?: (output: OutputOf<Of['methods'][Name]>, state: State) => Partial<State>,
): Undo<State> {
  return { module: of.name, method, input, save: save as Undo<State>['save'] }
}

/**
 * Defines a business transaction over several modules. The module that owns it lists it in `workflows`. Default for
 * `version`: 1. A later version needs `convertPosition`.
 */
export function workflow<Input, State extends object, Answer>(
  name: string,
  parts: Omit<Workflow<Input, State, Answer>, 'name' | 'version' | 'convertPosition'> &
    Partial<Pick<Workflow<Input, State, Answer>, 'version' | 'convertPosition'>>,
): Workflow<Input, State, Answer> {
  return { name, version: 1, convertPosition: (position) => position, ...parts }
}
