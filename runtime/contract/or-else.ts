import { Failure, type RuntimeCode } from './failure.ts'

const UNANSWERED = new Set<string>(['UNAVAILABLE', 'OVERLOADED', 'DEADLINE_EXCEEDED'] satisfies RuntimeCode[])

/** Whether a call ended without an answer from the module, which is unavailable, overloaded, or took too long. */
export function isUnanswered(error: unknown): error is Failure {
  return error instanceof Failure && UNANSWERED.has(error.code)
}

/** The answer to a call, or `fallback` when its module does not answer. Rejects with any other failure of the call. */
export async function orElse<Answer, Fallback>(
  call: Promise<Answer>,
  fallback: Fallback,
): Promise<Answer | Fallback> {
  try {
    return await call
  } catch (error) {
    if (isUnanswered(error)) return fallback
    throw error
  }
}
