import { request } from 'node:http'
import { join } from 'node:path'
import { CONTROL_FILE, type ControlRecord, type FoundShop, readControlRecord } from './control-record.ts'

/** How long a shop may take to answer that it is there: longer than anything keeps a sound one. */
const PATIENCE_MS = 5000

/** The shop of a data folder, and a record there that belongs to another folder, which is no shop of this one. */
export interface SearchResult {
  shop?: FoundShop
  copied?: ControlRecord
}

/** Looks for the running shop of a data folder. Throws when this user may not know. */
export async function findShop(dataDirectory: string): Promise<SearchResult> {
  const record = await readControlRecord(dataDirectory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    throw new Error(
      `Cannot ask the shop: ${join(dataDirectory, CONTROL_FILE)} may not be read as this user. Run the command as the user that the shop runs as`,
    )
  })
  if (record === undefined) return {}
  const { isOwn, ...control } = record
  return isOwn ? { shop: { url: control.url, pid: control.pid } } : { copied: control }
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
