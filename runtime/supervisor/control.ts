import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '../rpc/http-io.ts'
import { TokenVerifier } from '../rpc/token-verifier.ts'
import { CONTROL_AUDIENCE, LINES_TYPE, type Line } from './ask-shop.ts'
import { writeControlRecord } from './control-record.ts'

/**
 * The operations that the command line can request of a running shop, by name. They may report progress in JSON values
 * before they return the result.
 */
export type Operations = Record<
  string,
  (input: never, onProgress: (progress: unknown) => void) => Promise<unknown>
>

const BODY_LIMIT = 64 * 1024

/**
 * Opens the control interface of a running shop for the command line: an HTTP server on a free port of 127.0.0.1.
 * Records its address in the data folder. Requests need a token signed with the deployment's secret
 * (`runtime/rpc/token-verifier.ts`).
 */
export async function openControl(
  dataDirectory: string,
  secret: string,
  operations: Operations,
): Promise<{ close(): Promise<void> }> {
  const tokens = new TokenVerifier(secret)
  const server = createServer(async (request, response) => {
    const write = (line: Line) => response.write(`${JSON.stringify(line)}\n`)
    response.setHeader('content-type', LINES_TYPE)
    try {
      const body = await bodyOf(request)
      requireSignature(request, body)
      const name = request.url!.slice(1)
      const operation = operations[name]
      if (operation === undefined)
        throw new Error(
          `Cannot run the operation "${name}": the shop does not have it, so it runs another version of Pando`,
        )
      const perform = operation as (
        input: unknown,
        onProgress: (progress: unknown) => void,
      ) => Promise<unknown>
      const result = await perform(JSON.parse(body.toString('utf8')), (progress) => write({ progress }))
      write({ result: result ?? null })
    } catch (error) {
      write({ message: (error as Error).message })
    }
    response.end()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const removeRecord = await writeControlRecord(dataDirectory, `http://127.0.0.1:${port}`).catch(
    async (error) => {
      await closeServer(server)
      throw error
    },
  )
  return {
    async close() {
      await removeRecord()
      await closeServer(server)
    },
  }

  /** Throws when the request is not signed with the secret. */
  function requireSignature(request: IncomingMessage, body: Buffer): void {
    try {
      tokens.verify((request.headers.authorization ?? '').replace(/^Bearer /, ''), CONTROL_AUDIENCE, body)
    } catch {
      throw new Error(
        'Cannot accept the request: it is not signed with the secret of this shop. Set PANDO_SECRET to the value with which the shop was started, or unset it if the shop was started without it',
      )
    }
  }
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    readBody(request, BODY_LIMIT, (body, tooLarge) => (tooLarge ? reject(tooLarge) : resolve(body)))
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
