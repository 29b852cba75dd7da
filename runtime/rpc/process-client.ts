import { request } from 'undici'
import type { OutboxState } from '../events/undelivered-events.ts'
import type { RequestCounts } from '../http/request-counts.ts'
import type { PlacementState } from '../topology/placement.ts'
import { authorizationOf } from './token-signer.ts'

const TIMEOUT_MS = 5000

/** Sends a placement update to a process. Throws when the process does not accept it. */
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
    // A shutdown of the process would wait for an idle connection.
    reset: true,
  })
  const text = await response.body.text()
  if (response.statusCode >= 300) throw new Error(`it answered ${response.statusCode}: ${text.slice(0, 200)}`)
}

/** The answer of a process at `/status`. */
export interface ProcessStatus {
  process: string
  replica: number
  pid: number
  version: string
  startedAt: string
  modules: Record<string, { contract: string }>
  requests: RequestCounts
  /** Resident memory in bytes; optional for a service in another language. */
  memory?: number
  /** The version of the placement that it has applied. */
  placement: number
  /** The modules whose code it has; missing unless it runs an artefact of `pando build`. */
  artefact?: string[]
  /** The next three: see `Moving`; missing for a service in another language. */
  standby?: string[]
  leaving?: string[]
  failed?: Record<string, string>
  /** Undelivered events; missing for a service in another language. */
  outboxes?: (OutboxState & { module: string })[]
  ready: boolean
  /** Why it is not ready, or a problem that does not prevent readiness. */
  note?: string
}

/** A process answered with an error. */
export class ErrorStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`it answered ${status}`)
    this.status = status
  }
}

/**
 * Requests the status of a process. Throws ErrorStatus, and other errors when it does not answer within `timeoutMs`
 * (default: 5 s).
 */
export async function fetchStatus(
  origin: string,
  secret: string,
  timeoutMs = TIMEOUT_MS,
): Promise<ProcessStatus> {
  const response = await request(`${origin}/status`, {
    headers: { authorization: authorizationOf(secret, 'status', '') },
    signal: AbortSignal.timeout(timeoutMs),
    // A shutdown of the process would wait for an idle connection.
    reset: true,
  })
  if (response.statusCode !== 200) {
    await response.body.dump()
    throw new ErrorStatus(response.statusCode)
  }
  return (await response.body.json()) as ProcessStatus
}
