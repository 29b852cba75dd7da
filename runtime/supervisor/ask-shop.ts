import { type IncomingMessage, request } from 'node:http'
import { authorizationOf } from '../rpc/token-signer.ts'
import { type ControlRecord, describeCopied, type FoundShop } from './control-record.ts'
import { describeSilence, findShop, lookWhether } from './find-shop.ts'

/** Whom the tokens of these questions are for. */
export const CONTROL_AUDIENCE = 'control'

/** The media type of an answer: JSON, one value a line. */
export const LINES_TYPE = 'application/x-ndjson'

/** One line of an answer. The last one has the result, or the message of an error. */
export type Line = { progress: unknown } | { result: unknown } | { message: string }

export interface Question {
  dataDirectory: string
  /** The deployment's secret; asked for when a shop seems to run. */
  secret: () => Promise<string>
  operation: string
  input: unknown
  onProgress?: (progress: unknown) => void
  /** Called with words for the person when the shop says nothing any more; it is waited for. */
  onSilence?: (words: string) => void
  /** How long it may take to say that it is there. Default: 5 s. */
  patienceMs?: number
}

/** What says nothing for so long is asked whether it is still there. */
const QUIET_MS = 10_000

/**
 * Asks the running shop of a data folder. Throws when none is running, when it says soon that it does not answer at all,
 * and when it cannot do that, in its words.
 */
export async function askShop(question: Question): Promise<unknown> {
  const { dataDirectory, secret, operation, input, onProgress, onSilence, patienceMs } = question
  const { shop, copied } = await findShop(dataDirectory)
  if (shop === undefined) throw notRunning(dataDirectory, copied)
  const body = JSON.stringify(input)
  const authorization = authorizationOf(await secret(), CONTROL_AUDIENCE, body)
  const state = await lookWhether(shop, patienceMs)
  if (state === 'gone') throw notRunning(dataDirectory)
  if (state === 'silent') throw new Error(`Cannot ask the shop: ${describeSilence(shop)}`)
  const watch = new SilenceWatch(shop, { patienceMs, onSilence })
  try {
    const response = await send(`${shop.url}/${operation}`, { authorization }, body).catch(() => {
      throw notRunning(dataDirectory)
    })
    // Another program has got the port of a shop that was killed
    if (response.headers['content-type'] !== LINES_TYPE) throw notRunning(dataDirectory)
    for await (const line of readLines(response, () => watch.heard())) {
      if ('progress' in line) onProgress?.(line.progress)
      else if ('message' in line) throw new Error(line.message)
      else return line.result
    }
  } finally {
    watch.end()
  }
  throw new Error('Cannot tell what became of it: the shop stopped while it was asked')
}

/** Without a limit of time: what is asked for takes what it takes, and the silence of who does it is watched. */
function send(url: string, headers: { authorization: string }, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: 'POST', agent: false, headers }, resolve)
    asking.once('error', reject)
    asking.end(body)
  })
}

async function* readLines(response: IncomingMessage, heard: () => void): AsyncGenerator<Line> {
  let rest = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      heard()
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line) as Line
    }
  } catch (error) {
    // The shop is gone: what it said before counts.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
  }
}

interface WatchOptions {
  onSilence: Question['onSilence']
  patienceMs: number | undefined
}

/** Looks whether a shop that says nothing is still there, and says so once when it is not. */
class SilenceWatch {
  readonly #shop: FoundShop
  readonly #options: WatchOptions
  #timer: NodeJS.Timeout | undefined
  #ended = false
  #said = false

  constructor(shop: FoundShop, options: WatchOptions) {
    this.#shop = shop
    this.#options = options
    this.heard()
  }

  heard(): void {
    clearTimeout(this.#timer)
    this.#said = false
    if (!this.#ended) this.#timer = setTimeout(() => this.#look(), this.#options.patienceMs ?? QUIET_MS)
  }

  end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    const state = await lookWhether(this.#shop, this.#options.patienceMs)
    if (this.#ended) return
    if (state === 'there') this.heard()
    else {
      if (!this.#said) this.#options.onSilence?.(`It is waited for, and ${describeSilence(this.#shop)}`)
      this.#said = true
      this.#timer = setTimeout(() => this.#look(), QUIET_MS)
    }
  }
}

function notRunning(dataDirectory: string, copied?: ControlRecord): Error {
  const none = `Cannot ask the shop: none is running with the data folder ${dataDirectory}`
  if (copied) return new Error(`${none}. ${describeCopied(dataDirectory, copied)}`)
  return new Error(
    `${none}. Start it with "npm start", or name its folder with PANDO_DATA. (Processes that were started one by one are nobody's to ask.)`,
  )
}
