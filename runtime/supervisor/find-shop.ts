import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'

/** In the data folder of a running shop: where it is asked. */
export const CONTROL_FILE = 'control.json'

/** How long a shop may take to answer that it is there: longer than anything keeps a sound one. */
const PATIENCE_MS = 5000

/** Where a shop is asked, and the process that answers. */
export interface FoundShop {
  url: string
  pid: number
}

/** The shop of a data folder; undefined when none has said that it runs. Throws when this user may not know. */
export async function findShop(dataDirectory: string): Promise<FoundShop | undefined> {
  const file = join(dataDirectory, CONTROL_FILE)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'EPERM')
      throw new Error(
        `Cannot ask the shop: ${file} may not be read as this user. Run the command as the user that the shop runs as`,
      )
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  return text === undefined ? undefined : readAddress(text)
}

/** Undefined for a file that a full disk has cut off: nobody can be asked there. */
function readAddress(text: string): FoundShop | undefined {
  try {
    const { url, pid } = JSON.parse(text) as Partial<FoundShop>
    return url === undefined || pid === undefined ? undefined : { url, pid }
  } catch {
    return undefined
  }
}

/** Whether anything answers there: `gone` where nothing listens, `silent` where it does and says nothing. */
export function lookWhether(
  { url }: FoundShop,
  patienceMs = PATIENCE_MS,
): Promise<'there' | 'gone' | 'silent'> {
  return new Promise((resolve) => {
    const asking = request(url, { agent: false }, (response) => {
      response.resume()
      resolve('there')
    })
    asking.once('error', () => resolve('gone'))
    const timer = setTimeout(() => {
      resolve('silent')
      asking.destroy()
    }, patienceMs)
    asking.once('close', () => clearTimeout(timer))
    asking.end()
  })
}

/** For the person at the terminal: what to do about a supervisor that says nothing. */
export function describeSilence({ pid }: FoundShop): string {
  return `the process that holds the shop (pid ${pid}) runs and does not answer. Where it was stopped, "kill -CONT ${pid}" lets it go on; where it hangs, "kill -9 ${pid}" ends the shop, and a start brings it back`
}
