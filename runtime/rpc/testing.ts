import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Static, Type } from 'typebox'
import type { Log } from '../base/log.ts'
import { Versions } from '../cache/versions.ts'
import { createCallsFactory } from '../call/calls-factory.ts'
import { Dispatcher, newTraceId } from '../call/dispatch.ts'
import { hostAlone } from '../call/testing.ts'
import type { Caller } from '../contract/caller.ts'
import { command, contract, query } from '../contract/contract.ts'
import type { Calls } from '../module/context.ts'
import { defineModule } from '../module/define.ts'
import { RemoteTransport } from './client.ts'
import type { Faults } from './faults.ts'
import { RpcServer, type RpcServerOptions } from './server.ts'

export const SECRET = 'a secret for tests only'

const Text = Type.Object({ text: Type.String() }, { additionalProperties: false })

/** A module without a database, whose methods the tests implement. */
export const echo = contract('echo', {
  version: '1.0.0',
  summary: 'For tests of calls between processes',
  methods: {
    say: query({
      summary: 'Answers.',
      input: Text,
      output: Text,
      failures: {
        HOARSE: { status: 409, summary: 'No voice.', data: Type.Object({ days: Type.Integer() }) },
      },
      access: 'public',
      timeoutMs: 2000,
    }),
    shout: command({
      summary: 'Answers loudly.',
      input: Text,
      output: Text,
      access: 'public',
      timeoutMs: 2000,
    }),
    whisper: command({ summary: 'For modules only.', input: Text, output: Text, access: 'internal' }),
    recognise: query({
      summary: 'Identifies people.',
      input: Text,
      output: Text,
      access: 'internal',
      identifies: ['ses_'],
    }),
  },
})

type Say = (
  input: Static<typeof Text>,
  context: { deadline: number; traceId: string; caller: Caller; key?: string | undefined },
) => Promise<{ text: string }>

export interface EchoProcess {
  server: RpcServer
  origin: string
  dispatcher: Dispatcher
  versions: Versions
  logged: string[]
}

/** Serves the echo module over HTTP. `say` implements all of its methods. */
export async function openEcho(say: Say, options: Partial<RpcServerOptions> = {}): Promise<EchoProcess> {
  const answerQuery = (input: Static<typeof Text>, context: unknown) =>
    say(input, context as Parameters<Say>[1])
  const executeCommand = async (input: Static<typeof Text>, context: unknown) => ({
    committed: await answerQuery(input, context),
  })
  const definition = defineModule({
    contract: echo,
    needs: {},
    handlers: { say: answerQuery, recognise: answerQuery, shout: executeCommand, whisper: executeCommand },
  })
  const versions = new Versions()
  const dispatcher = new Dispatcher({ strict: false, versions })
  const { log, logged } = recordingLog()
  hostAlone(dispatcher, definition, log)
  const server = await RpcServer.open({
    dispatcher,
    versions,
    secret: SECRET,
    log,
    port: 0,
    about: { process: 'echo', replica: 0, version: '1' },
    ready: async () => ({ ready: true }),
    ...options,
  })
  return { server, origin: `http://127.0.0.1:${server.port}`, dispatcher, versions, logged }
}

export interface EchoClientOptions {
  /** What makes the calls according to the token: a module or `edge`. Default: the CLI. */
  from?: string
  faults?: Faults
  /** The origin of the client's own process. The client prefers it when the module is there too. */
  ownOrigin?: string
}

/** Creates a client that calls the echo module of other processes. `locate` returns their origins. */
export function createEchoClient(
  locate: () => readonly string[],
  { from, faults, ownOrigin }: EchoClientOptions = {},
) {
  const dispatcher = new Dispatcher({ strict: false, versions: new Versions() })
  const { log, logged } = recordingLog()
  const transport = new RemoteTransport({ secret: SECRET, locate, ownOrigin, log, faults })
  dispatcher.registerContract(echo)
  dispatcher.remote.set('echo', transport)
  const create = createCallsFactory({ echo }, (...call) => dispatcher.call(...call))
  const as = (caller: Caller) =>
    (
      create({
        caller,
        deadline: Number.MAX_SAFE_INTEGER,
        traceId: newTraceId(),
        openTransactions: 0,
        from,
      }) as Calls<{
        echo: typeof echo
      }>
    ).echo
  return { calls: as({ kind: 'guest' }), as, transport, logged, close: () => transport.close() }
}

/** Opens a server whose answers a test decides, to imitate a faulty callee. */
export async function openRawServer(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    answer(request, response, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A log that records its lines for a test. */
export function recordingLog(): { log: Log; logged: string[] } {
  const logged: string[] = []
  const write = (level: string) => (fields: object, message: string) =>
    void logged.push(`${level} ${message} ${JSON.stringify(fields)}`)
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  }
  return { log, logged }
}
