import { type IncomingMessage, request } from 'node:http'
import { authorizationOf } from '../rpc/token-signer.ts'
import { type ControlAddress, type ControlRecord, describeCopied } from './control-record.ts'
import { describeSilence, findShop, probeShop } from './find-shop.ts'

/** The audience of tokens for requests to the control interface. */
export const CONTROL_AUDIENCE = 'control'

/** The media type of an answer: one JSON value in each line. */
export const LINES_TYPE = 'application/x-ndjson'

/** One line of an answer. The last line has the result, or the message of an error. */
export type Line = { progress: unknown } | { result: unknown } | { message: string }

export interface ShopRequest {
  dataDirectory: string
  /** Returns the deployment's secret. Called only when a shop seems to run. */
  secret: () => Promise<string>
  operation: string
  input: unknown
  onProgress?: (progress: unknown) => void
  /** Called with a message for the operator when the shop stops answering. The request still waits for the shop. */
  onSilence?: (message: string) => void
  /** For tests, in place of two times: how long a probe may take (5 s), and the time without a line before one (10 s). */
  timeoutMs?: number
}

/** After this time without a line, the shop is probed. */
const QUIET_MS = 10_000

/**
 * Requests an operation of the running shop of a data folder, and returns the result. Throws when no shop is running or
 * the shop does not answer, and the error of the operation when it fails.
 */
export async function askShop(shopRequest: ShopRequest): Promise<unknown> {
  const { dataDirectory, secret, operation, input, onProgress, onSilence, timeoutMs } = shopRequest
  const { shop, copied } = await findShop(dataDirectory)
  if (shop === undefined) throw notRunning(dataDirectory, copied)
  const body = JSON.stringify(input)
  const authorization = authorizationOf(await secret(), CONTROL_AUDIENCE, body)
  const state = await probeShop(shop, timeoutMs)
  if (state === 'absent') throw notRunning(dataDirectory)
  if (state === 'silent') throw new Error(`Cannot ask the shop: ${describeSilence(shop)}`)
  const watch = new SilenceWatch(shop, { timeoutMs, onSilence })
  try {
    const response = await send(`${shop.url}/${operation}`, { authorization }, body).catch(() => {
      throw notRunning(dataDirectory)
    })
    // The shop was killed, and another program uses its port now
    if (response.headers['content-type'] !== LINES_TYPE) throw notRunning(dataDirectory)
    for await (const line of readLines(response, () => watch.lineReceived())) {
      if ('progress' in line) onProgress?.(line.progress)
      else if ('message' in line) throw new Error(line.message)
      else return line.result
    }
  } finally {
    watch.end()
  }
  throw new Error('Cannot determine the result: the shop stopped during the operation')
}

/** Sends a request without a timeout: an operation may take long, and `SilenceWatch` watches the shop. */
function send(url: string, headers: { authorization: string }, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent: false, headers }, resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function* readLines(response: IncomingMessage, lineReceived: () => void): AsyncGenerator<Line> {
  let rest = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      lineReceived()
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line) as Line
    }
  } catch (error) {
    // The shop stopped: use the lines that it sent before.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
  }
}

interface WatchOptions {
  onSilence: ShopRequest['onSilence']
  timeoutMs: number | undefined
}

/** Probes a shop that sends no lines, and reports once that it does not answer. */
class SilenceWatch {
  readonly #shop: ControlAddress
  readonly #options: WatchOptions
  #timer: NodeJS.Timeout | undefined
  #ended = false
  #isReported = false

  constructor(shop: ControlAddress, options: WatchOptions) {
    this.#shop = shop
    this.#options = options
    this.lineReceived()
  }

  lineReceived(): void {
    clearTimeout(this.#timer)
    this.#isReported = false
    if (!this.#ended) this.#timer = setTimeout(() => this.#check(), this.#options.timeoutMs ?? QUIET_MS)
  }

  end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  async #check(): Promise<void> {
    const state = await probeShop(this.#shop, this.#options.timeoutMs)
    if (this.#ended) return
    if (state === 'answers') this.lineReceived()
    else {
      if (!this.#isReported) this.#options.onSilence?.(`Waiting for the shop: ${describeSilence(this.#shop)}`)
      this.#isReported = true
      this.#timer = setTimeout(() => this.#check(), QUIET_MS)
    }
  }
}

function notRunning(dataDirectory: string, copied?: ControlRecord): Error {
  const message = `Cannot ask the shop: no shop is running with the data folder ${dataDirectory}`
  if (copied) return new Error(`${message}. ${describeCopied(dataDirectory, copied)}`)
  return new Error(
    `${message}. Start it with "npm start", or give its folder with PANDO_DATA. (Processes that were started one by one do not accept commands.)`,
  )
}
