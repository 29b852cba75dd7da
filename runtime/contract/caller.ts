import type { Static } from 'typebox'
import type { Caller as CallerSchema } from './caller-schema.ts'

/** Who asks: see `caller-schema.ts`, which is apart because who only asks needs no schema. */
export type Caller = Static<typeof CallerSchema>

export const guest: Caller = Object.freeze({ kind: 'guest' })

/** The caller of what nobody asked for: jobs, reactions to events, recovered workflows. */
export function system(name: string): Caller {
  return { kind: 'system', name }
}

const WORKFLOW = 'workflow:'

/** The caller of a workflow's steps. */
export function workflowCaller(workflow: string): Caller {
  return system(WORKFLOW + workflow)
}

/**
 * Whether a step of a workflow calls. What it calls may be repeated at any time, also when later steps have been taken or
 * undone, and with another input: a step that is repeated may have learnt more. So its calls have no idempotency keys.
 */
export function isWorkflow(caller: Caller): boolean {
  return caller.kind === 'system' && caller.name.startsWith(WORKFLOW)
}
