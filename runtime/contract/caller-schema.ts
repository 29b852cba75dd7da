import { Type } from 'typebox'

/**
 * The caller of a method. Calls between modules pass it on, so that every module bases its decisions on the original
 * caller, not on the module in between. `bearer` is a resource token, such as a cart's: it identifies no person, and the module
 * that issued it checks it.
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
