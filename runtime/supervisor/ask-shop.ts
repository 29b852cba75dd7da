import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { authorizationOf } from '../rpc/token-signer.ts'

/** In the data folder of a running shop: where it is asked. */
export const CONTROL_FILE = 'control.json'
/** Whom the tokens of these questions are for. */
export const CONTROL_AUDIENCE = 'control'

/** One line of an answer. The last one has the result, or the message of an error. */
export type Line = { progress: unknown } | { result: unknown } | { message: string }

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
  const running = await readFile(join(dataDirectory, CONTROL_FILE), 'utf8').catch(() => undefined)
  const { url } = running ? (JSON.parse(running) as { url: string }) : { url: undefined }
  if (url === undefined) throw notRunning(dataDirectory)
  const body = JSON.stringify(input)
  const authorization = authorizationOf(await secret(), CONTROL_AUDIENCE, body)
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
    `Cannot ask the shop: none is running with the data folder ${dataDirectory}. Start it with "npm start", or name its folder with PANDO_DATA. (Processes that were started one by one are nobody's to ask.)`,
  )
}
