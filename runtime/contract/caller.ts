import type { Static } from 'typebox'
import type { Caller as CallerSchema } from './caller-schema.ts'

/**
 * The caller of a method. Its schema is in a separate file, so that importing the type does not load the schema
 * library.
 */
export type Caller = Static<typeof CallerSchema>

export const guest: Caller = Object.freeze({ kind: 'guest' })

/** The caller of work that no person started: jobs, reactions to events, recovered workflows. */
export function system(name: string): Caller {
  return { kind: 'system', name }
}

const WORKFLOW = 'workflow:'

/** The caller of a workflow's steps. */
export function workflowCaller(workflow: string): Caller {
  return system(WORKFLOW + workflow)
}

/**
 * Whether the caller is a step of a workflow. The engine may repeat such a call at any time, even after later steps ran
 * or were compensated, and with a different input, as the workflow may know more by then. So these calls have no
 * idempotency keys.
 */
export function isWorkflow(caller: Caller): boolean {
  return caller.kind === 'system' && caller.name.startsWith(WORKFLOW)
}
