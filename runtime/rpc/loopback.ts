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
 * The test mode in which every call between modules is a real HTTP request on loopback, to this same process: what cannot
 * be sent fails, and whatever may be repeated is sent twice, so that what is not idempotent fails too.
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
    const transport = new TwiceTransport(remote)
    for (const module of dispatcher.modules.keys()) dispatcher.remote.set(module, transport)
    return new LoopbackServer(server, remote)
  }

  async close(): Promise<void> {
    await this.#remote.close()
    await this.#server.close()
  }
}

/** Sends everything that may be repeated twice. */
class TwiceTransport implements Transport {
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
    // A query may see what others changed in between, and an outside provider may know more; any other command has one
    // answer for ever.
    const isFixed = kind === 'command' && !outside
    if (isFixed && first.status === 'fulfilled' && describe(second) !== describe(first)) {
      throw new Error(
        `${method.id} is not idempotent: a repeat answered ${describe(second)}, the first time it was ${describe(first)}`,
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
