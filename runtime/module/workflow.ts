import type { Contract, InputOf, MethodName, OutputOf } from '../contract/contract.ts'

/** How a workflow goes on after a step. */
export type Decision<State> =
  | { next: 'go' }
  /** Parks the workflow at this step; it is asked again after `wakeAfterMs`, or when somebody resumes it. */
  | { next: 'wait'; wakeAfterMs: number }
  /** Undoes what is done, changes the state by `patch` before, and ends with the failure. */
  | { next: 'fail'; code: string; status: number; message: string; data?: unknown; patch?: Partial<State> }

/** A command that undoes a step. A declared failure with 404 says that there is nothing to undo. */
export interface Undo<State> {
  module: string
  method: string
  input: (state: State) => unknown
  /** Keeps what the undoing of earlier steps needs of the answer. */
  save: ((output: never, state: State) => Partial<State>) | undefined
}

/** A command of one module, with what undoes it. */
export interface Step<State> {
  name: string
  module: string
  method: string
  input: (state: State) => unknown
  /** Keeps what later steps need of the answer. */
  save: ((output: never, state: State) => Partial<State>) | undefined
  decide: ((output: never, state: State) => Decision<State>) | undefined
  /**
   * Runs when a later step fails, when this one parked and its time is over, and, with its module in another process, when
   * this one fails. It must accept a repeat, and a step that had no effect, and keep a late one from having any.
   */
  undo: Undo<State> | undefined
  /** Runs in one transaction with the parking of the workflow, when `decide` says wait. */
  waiting: Step<State>[]
  /**
   * What happens when its module does not answer. `later`: the workflow goes on by itself as soon as it does. `back`: it
   * is undone and fails with UNAVAILABLE, for steps before anything was promised to anybody.
   */
  unanswered: 'later' | 'back'
  /**
   * It needs nothing of the step before it, so it runs at the same time where both cannot be one transaction: the
   * workflow waits once for two. It has no `decide`.
   */
  parallel: boolean
  /** When it is done there is no way back: what comes after it is asked for until it is done, however long that takes. */
  final: boolean
}

export interface Workflow<Input, State, Answer> {
  name: string
  /** Prefix of its ids, such as `ord` where a workflow's id is the order's too. */
  idPrefix: string
  /** The state that the first step sees. */
  begin: (input: Input, id: string) => State
  steps: Step<State>[]
  /** What the caller gets when it is done, or waits. */
  answer: (state: State) => Answer
  /** Longest time in parking, in milliseconds; then it is undone with `expired`. */
  deadlineMs: number
  expired: { code: string; status: number; message: string; patch?: Partial<State> }
}

/** How a workflow stands, as its journal says. */
export type WorkflowStatus = 'running' | 'waiting' | 'undoing' | 'done' | 'failed'

/** A workflow whose state and answer are known to its definition only. */
export type AnyWorkflow = Workflow<unknown, object, unknown>

/** A step that calls `method` of a module. */
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
    /** `later` unless told. */
    unanswered?: 'later' | 'back'
    /** Off unless told. */
    parallel?: boolean
    /** Off unless told. */
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

/** What undoes a step. */
export function undo<Of extends Contract, Name extends MethodName<Of>, State>(
  of: Of,
  method: Name,
  input: (state: State) => InputOf<Of['methods'][Name]>,
  save?: (output: OutputOf<Of['methods'][Name]>, state: State) => Partial<State>,
): Undo<State> {
  return { module: of.name, method, input, save: save as Undo<State>['save'] }
}

/** Defines a business transaction over several modules. The owner's module lists it in `workflows`. */
export function workflow<Input, State extends object, Answer>(
  name: string,
  parts: Omit<Workflow<Input, State, Answer>, 'name'>,
): Workflow<Input, State, Answer> {
  return { name, ...parts }
}
