import type { ContractMethod } from '../call/call.ts'
import {
  Failure,
  type FieldProblem,
  type RuntimeCode,
  runtimeFailure,
  runtimeFailures,
} from '../contract/failure.ts'
import { toProblem } from '../http/problem.ts'

/** A failure on the wire between processes: problem details (RFC 9457) with all members of `Failure`. */
export interface RemoteProblem {
  status: number
  code: string
  detail: string
  data?: unknown
  fields?: FieldProblem[]
  traceId?: string
  retryAfterSeconds?: number
  /** Whether the callee passes on the failure of another process that it called. */
  relayed?: boolean
}

export function writeProblem(failure: Failure): RemoteProblem {
  return {
    ...toProblem(failure),
    ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
    ...(failure.relayed ? { relayed: true } : {}),
  }
}

/** Parses the body of an unsuccessful answer; undefined when it is not a problem of the protocol. */
export function readProblem(status: number, body: string): RemoteProblem | undefined {
  try {
    const problem = JSON.parse(body) as RemoteProblem | null
    return typeof problem?.code === 'string' ? { ...problem, status } : undefined
  } catch {
    return undefined
  }
}

/**
 * Restores the failure for the caller of the method; undefined when neither the contract nor the runtime has its code.
 */
export function restoreProblem(
  method: Pick<ContractMethod, 'spec'>,
  problem: RemoteProblem,
): Failure | undefined {
  const { code, detail, data, fields, traceId, retryAfterSeconds } = problem
  const declared = Object.hasOwn(method.spec.failures, code) ? method.spec.failures[code] : undefined
  if (!declared && !Object.hasOwn(runtimeFailures, code)) return undefined
  const details = {
    ...(data === undefined ? {} : { data }),
    ...(fields === undefined ? {} : { fields }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    relayed: true,
  }
  return declared
    ? new Failure(code, declared.status, detail, details)
    : runtimeFailure(code as RuntimeCode, detail, details)
}
