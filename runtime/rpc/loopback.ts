import { createLog } from '../base/log.ts'
import { Versions } from '../cache/versions.ts'
import type { ContractMethod, Transport } from '../call/call.ts'
import type { Dispatcher } from '../call/dispatch.ts'
import type { DeliveredEvent } from '../call/events.ts'
import { canonicalJson, isRepeatable } from '../call/idempotency.ts'
import type { CallInfo } from '../call/info.ts'
import type { Failure } from '../contract/failure.ts'
import { RemoteTransport } from './client.ts'
import { RpcServer } from './server.ts'

/**
 * A test mode that sends every call between modules as a real HTTP request to this process. Values that JSON cannot
 * carry fail. Each repeatable call is sent twice, so that methods that are not idempotent fail too.
 */
export class LoopbackServer {
  readonly #server: RpcServer
  readonly #remote: RemoteTransport

  private constructor(server: RpcServer, remote: RemoteTransport) {
    this.#server = server
    this.#remote = remote
  }

  static async open(dispatcher: Dispatcher, secret: string): Promise<LoopbackServer> {
    const log = createLog({ level: 'silent' })
    const server = await RpcServer.open({
      dispatcher,
      versions: new Versions(),
      secret,
      log,
      port: 0,
      about: { process: 'loopback', replica: 0, version: '0' },
      ready: async () => ({ ready: true }),
    })
    const origins = [`http://127.0.0.1:${server.port}`]
    const remote = new RemoteTransport({ secret, locate: () => origins, log })
    const transport = new RepeatingTransport(remote)
    for (const module of dispatcher.modules.keys()) dispatcher.remote.set(module, transport)
    return new LoopbackServer(server, remote)
  }

  async close(): Promise<void> {
    await this.#remote.close()
    await this.#server.close()
  }
}

/** Sends each repeatable call twice. */
class RepeatingTransport implements Transport {
  readonly #remote: Transport

  constructor(remote: Transport) {
    this.#remote = remote
  }

  async call(
    method: ContractMethod,
    input: unknown,
    info: CallInfo,
    key: string | undefined,
  ): Promise<unknown> {
    const { kind, outside } = method.spec
    const send = () => this.#remote.call(method, input, info, key)
    if (!isRepeatable(method.spec, info.caller, key)) return send()
    const [first] = await Promise.allSettled([send()])
    const [second] = await Promise.allSettled([send()])
    // The answer of a query may change in between, and so may the state at an outside provider. Any other command must
    // repeat its first answer.
    const mustRepeatAnswer = kind === 'command' && !outside
    if (mustRepeatAnswer && first.status === 'fulfilled' && describe(second) !== describe(first)) {
      throw new Error(
        `${method.id} is not idempotent: a repeat returned ${describe(second)}, but the first call ${describe(first)}`,
      )
    }
    if (second.status === 'rejected') throw second.reason
    return second.value
  }

  deliver(consumer: string, event: DeliveredEvent): Promise<void> {
    return this.#remote.deliver(consumer, event)
  }
}

function describe(result: PromiseSettledResult<unknown>): string {
  if (result.status === 'fulfilled') return canonicalJson(result.value)
  const { code, message } = result.reason as Failure
  return `${code}: ${message}`
}
