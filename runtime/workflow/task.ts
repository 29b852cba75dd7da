import type { Step } from '../module/workflow.ts'
import type { Operation } from './segments.ts'

/** An operation with the functions for its input and output. */
export interface Task extends Operation {
  name: string
  input: (state: object) => unknown
  save: Step<object>['save']
  /** Undefined for a compensation. */
  step: Step<object> | undefined
}
