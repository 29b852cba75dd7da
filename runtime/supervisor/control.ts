import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readBody } from '../rpc/http-io.ts'
import { authorizationOf } from '../rpc/operate.ts'
import { Tokens } from '../rpc/token.ts'

/**
 * What a running shop does when the command line asks it to, by name. Before the result it may tell how far it is, in
 * values that are JSON.
 */
export type Operations = Record<string, (input: never, tell: (progress: unknown) => void) => Promise<unknown>>

/** One line of an answer. The last one has the result, or the message of an error. */
type Line = { progress: unknown } | { result: unknown } | { message: string }

const FILE = 'control.json'
const AUDIENCE = 'control'
const BODY_LIMIT = 64 * 1024

/**
 * Lets the command line of this machine talk to a running shop: an HTTP server on a free port of 127.0.0.1, whose
 * address is in the data folder, for those who know the deployment's secret (`runtime/rpc/token.ts`).
 */
export async function openControl(
  dataDirectory: string,
  secret: string,
  operations: Operations,
): Promise<{ close(): Promise<void> }> {
  const tokens = new Tokens(secret)
  const server = createServer(async (request, response) => {
    const write = (line: Line) => response.write(`${JSON.stringify(line)}\n`)
    response.setHeader('content-type', 'application/x-ndjson')
    try {
      const body = await bodyOf(request)
      const operation = authorized(request, body) && operations[request.url!.slice(1)]
      if (operation === undefined)
        throw new Error(`Cannot do "${request.url!.slice(1)}": this shop runs another version of Pando`)
      const perform = operation as (input: unknown, tell: (progress: unknown) => void) => Promise<unknown>
      const result = await perform(JSON.parse(body.toString('utf8')), (progress) => write({ progress }))
      write({ result: result ?? null })
    } catch (error) {
      write({ message: (error as Error).message })
    }
    response.end()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const file = join(dataDirectory, FILE)
  await writeFile(file, JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}` }), {
    mode: 0o600,
  })
  return {
    async close() {
      await rm(file, { force: true })
      await closeServer(server)
    },
  }

  /** Answers true. Throws on a request of somebody who does not know the secret. */
  function authorized(request: IncomingMessage, body: Buffer): true {
    try {
      tokens.verify((request.headers.authorization ?? '').replace(/^Bearer /, ''), AUDIENCE, body)
      return true
    } catch {
      throw new Error('Cannot accept the request: it is not signed with the secret of this shop')
    }
  }
}

export interface Question {
  dataDirectory: string
  /** The deployment's secret; asked for when a shop seems to run. */
  secret: () => Promise<string>
  operation: string
  input: unknown
  onProgress?: (progress: unknown) => void
}

/** Asks the running shop of a data folder. Throws when none is running, and when it cannot do that, in its words. */
export async function askShop(question: Question): Promise<unknown> {
  const { dataDirectory, secret, operation, input, onProgress } = question
  const running = await readFile(join(dataDirectory, FILE), 'utf8').catch(() => undefined)
  const { url } = running ? (JSON.parse(running) as { url: string }) : { url: undefined }
  if (url === undefined) throw notRunning(dataDirectory)
  const body = JSON.stringify(input)
  const authorization = authorizationOf(await secret(), AUDIENCE, body)
  const lines = await fetch(`${url}/${operation}`, { method: 'POST', headers: { authorization }, body }).then(
    readLines,
    () => {
      throw notRunning(dataDirectory)
    },
  )
  for await (const line of lines) {
    if ('progress' in line) onProgress?.(line.progress)
    else if ('message' in line) throw new Error(line.message)
    else return line.result
  }
  throw new Error('Cannot tell what became of it: the shop stopped while it was asked')
}

async function* readLines(response: Response): AsyncGenerator<Line> {
  let rest = ''
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line) as Line
    }
  } catch (error) {
    // The shop is gone: what it said before counts.
    if (!(error instanceof TypeError)) throw error
  }
}

function notRunning(dataDirectory: string): Error {
  return new Error(
    `Cannot ask the shop: none is running with the data folder ${dataDirectory}. Start it with "npm start", or name its folder with PANDO_DATA`,
  )
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
