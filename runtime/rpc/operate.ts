import { request } from 'undici'
import type { OutboxState } from '../events/kept-events.ts'
import type { RequestCounts } from '../http/request-counts.ts'
import type { PlacementState } from '../topology/placement.ts'
import { authorizationOf } from './token-signer.ts'

const TIMEOUT_MS = 5000

/** Tells a process where the modules are from now on. Throws when it cannot be told. */
export async function announcePlacement(
  origin: string,
  secret: string,
  placement: PlacementState,
): Promise<void> {
  const body = JSON.stringify(placement)
  const response = await request(`${origin}/placement`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: authorizationOf(secret, 'placement', body),
    },
    body,
    headersTimeout: TIMEOUT_MS,
    // A connection that is kept for nothing would be waited for when the process leaves.
    reset: true,
  })
  const said = await response.body.text()
  if (response.statusCode >= 300) throw new Error(`it answered ${response.statusCode}: ${said.slice(0, 200)}`)
}

/** What a process tells of itself at `/status`. */
export interface ProcessStatus {
  process: string
  replica: number
  pid: number
  version: string
  startedAt: string
  modules: Record<string, { contract: string }>
  requests: RequestCounts
  /** In RAM, in bytes; a service in another language may not tell. */
  memory?: number
  placement: number
  /** All modules that it can host, where it is an artefact of `pando build`. */
  artefact?: string[]
  /** Modules on their way in and out; a service in another language does not tell. */
  standby?: string[]
  leaving?: string[]
  failed?: Record<string, string>
  /** Events that are not delivered yet; a service in another language does not say. */
  outboxes?: (OutboxState & { module: string })[]
  ready: boolean
  /** What is not as it should be, though it is ready. */
  note?: string
}

/** Asks a process what it is and does. Throws when it does not answer in time. */
export async function askStatus(
  origin: string,
  secret: string,
  timeoutMs = TIMEOUT_MS,
): Promise<ProcessStatus> {
  const response = await request(`${origin}/status`, {
    headers: { authorization: authorizationOf(secret, 'status', '') },
    signal: AbortSignal.timeout(timeoutMs),
    // A connection that is kept for nothing would be waited for when the process leaves.
    reset: true,
  })
  if (response.statusCode !== 200) {
    await response.body.dump()
    throw new Error(`it answered ${response.statusCode}`)
  }
  return (await response.body.json()) as ProcessStatus
}
