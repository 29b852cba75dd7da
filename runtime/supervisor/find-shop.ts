import { request } from 'node:http'
import { join } from 'node:path'
import { silenceRemedy } from '../base/silence-remedy.ts'
import { CONTROL_FILE, type ControlAddress, type ControlRecord, readControlRecord } from './control-record.ts'

/** Longer than a working shop ever takes to answer. */
const TIMEOUT_MS = 5000

/** The running shop of a data folder, or a copied record that belongs to the shop of another folder. */
export interface SearchResult {
  shop?: ControlAddress
  copied?: ControlRecord
}

/** Finds the running shop of a data folder. Throws when this user may not read its control record. */
export async function findShop(dataDirectory: string): Promise<SearchResult> {
  const record = await readControlRecord(dataDirectory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    throw new Error(
      `Cannot ask the shop: ${join(dataDirectory, CONTROL_FILE)} cannot be read by this user. Run the command as the user that the shop runs as`,
    )
  })
  if (record === undefined) return {}
  const { isOwn, ...rest } = record
  return isOwn ? { shop: { url: rest.url, pid: rest.pid } } : { copied: rest }
}

/** Checks whether a shop answers. `absent`: nothing listens at its address. `silent`: it does not answer in time. */
export function probeShop(
  { url }: ControlAddress,
  timeoutMs = TIMEOUT_MS,
): Promise<'answers' | 'absent' | 'silent'> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent: false }, (response) => {
      response.resume()
      resolve('answers')
    })
    outgoing.once('error', () => resolve('absent'))
    const timer = setTimeout(() => {
      resolve('silent')
      outgoing.destroy()
    }, timeoutMs)
    outgoing.once('close', () => clearTimeout(timer))
    outgoing.end()
  })
}

/** Describes for the operator what to do about a shop that does not answer. */
export function describeSilence({ pid }: ControlAddress): string {
  return `its process (pid ${pid}) runs but does not answer. ${silenceRemedy(pid, 'the operator')}`
}
