import type { ContractMethod } from '../call/call.ts'
import {
  Failure,
  type FieldProblem,
  type RuntimeCode,
  runtimeFailure,
  runtimeFailures,
} from '../contract/failure.ts'
import { toProblem } from '../http/problem.ts'

/** A failure as it goes from process to process: problem details (RFC 9457) with all that `Failure` carries. */
export interface RemoteProblem {
  status: number
  code: string
  detail: string
  data?: unknown
  fields?: FieldProblem[]
  traceId?: string
  retryAfterSeconds?: number
  /** It is not the callee's own, but of one that it called. */
  relayed?: boolean
}

export function writeProblem(failure: Failure): RemoteProblem {
  return {
    ...toProblem(failure),
    ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
    ...(failure.relayed ? { relayed: true } : {}),
  }
}

/** Reads what came with a status other than 200; undefined when it is no problem in our words. */
export function readProblem(status: number, body: string): RemoteProblem | undefined {
  try {
    const problem = JSON.parse(body) as RemoteProblem | null
    return typeof problem?.code === 'string' ? { ...problem, status } : undefined
  } catch {
    return undefined
  }
}

/** The failure as the method's own caller gets it; undefined when neither contract nor runtime know its code. */
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
