import { type Static, Type } from 'typebox'

/**
 * Who asks. It travels with every call, so that a module decides by the person and not by the module that passed the
 * question on. A guest's `bearer` is a token that names a thing and not a person; the module that issued it checks it.
 */
export const Caller = Type.Union([
  Type.Object({ kind: Type.Literal('guest'), bearer: Type.Optional(Type.String()) }),
  Type.Object({
    kind: Type.Literal('customer'),
    customerId: Type.String(),
    sessionId: Type.String(),
    bearer: Type.Optional(Type.String()),
  }),
  Type.Object({
    kind: Type.Literal('staff'),
    staffId: Type.String(),
    permissions: Type.Array(Type.String()),
  }),
  Type.Object({ kind: Type.Literal('system'), name: Type.String() }),
])
export type Caller = Static<typeof Caller>

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
