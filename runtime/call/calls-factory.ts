import type { Needs } from '../module/context.ts'
import type { CallInfo } from './info.ts'

/** Makes a call: `Dispatcher.call()`, which alone decides where a call goes. */
export type Dispatch = (
  module: string,
  method: string,
  input: unknown,
  parent: CallInfo,
  options: { key?: string; timeoutMs?: number } | undefined,
) => Promise<unknown>

/** Makes `context.calls` for the call `parent`. */
export type CallsFactory = (parent: CallInfo) => object

/**
 * Builds, once for each module, the class of its `context.calls`: a getter for each needed module returns an object with a
 * function for each method. So a call costs only a property read and a function call.
 */
export function createCallsFactory(needs: Needs, dispatch: Dispatch): CallsFactory {
  class Calls {
    readonly parent: CallInfo
    constructor(parent: CallInfo) {
      this.parent = parent
    }
  }
  for (const contract of Object.values(needs)) {
    class ModuleCalls {
      readonly parent: CallInfo
      constructor(parent: CallInfo) {
        this.parent = parent
      }
    }
    for (const method of Object.keys(contract.methods)) {
      Object.defineProperty(ModuleCalls.prototype, method, {
        value(this: ModuleCalls, input: unknown, options?: { key?: string; timeoutMs?: number }) {
          return dispatch(contract.name, method, input, this.parent, options)
        },
      })
    }
    Object.defineProperty(Calls.prototype, contract.name, {
      get(this: Calls) {
        return new ModuleCalls(this.parent)
      },
    })
  }
  return (parent) => new Calls(parent)
}
