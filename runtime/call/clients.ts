import type { Needs } from '../module/context.ts'
import type { CallInfo } from './info.ts'

/** Makes a call. The dispatcher implements it, which alone decides where a call goes. */
export type Dispatch = (
  module: string,
  method: string,
  input: unknown,
  parent: CallInfo,
  options: { key?: string; timeoutMs?: number } | undefined,
) => Promise<unknown>

/** Makes the `calls` object of one context. */
export type ClientFactory = (parent: CallInfo) => object

/**
 * Builds, once per module, a class with a getter for each needed module and a method for each of its methods. So a call
 * costs only a property read and a function call.
 */
export function createClientFactory(needs: Needs, dispatch: Dispatch): ClientFactory {
  class Clients {
    readonly parent: CallInfo
    constructor(parent: CallInfo) {
      this.parent = parent
    }
  }
  for (const contract of Object.values(needs)) {
    class Client {
      readonly parent: CallInfo
      constructor(parent: CallInfo) {
        this.parent = parent
      }
    }
    for (const method of Object.keys(contract.methods)) {
      Object.defineProperty(Client.prototype, method, {
        value(this: Client, input: unknown, options?: { key?: string; timeoutMs?: number }) {
          return dispatch(contract.name, method, input, this.parent, options)
        },
      })
    }
    Object.defineProperty(Clients.prototype, contract.name, {
      get(this: Clients) {
        return new Client(this.parent)
      },
    })
  }
  return (parent) => new Clients(parent)
}
