import { Type } from 'typebox'

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
