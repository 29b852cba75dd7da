import type { Step } from '../module/workflow.ts'
import type { Operation } from './segments.ts'

/** An operation with its input, and what to do with its output. */
export interface Task extends Operation {
  name: string
  input: (state: object) => unknown
  save: Step<object>['save']
  /** Absent when it undoes one. */
  step: Step<object> | undefined
}
