import { Failure, type RuntimeCode } from './failure.ts'

const UNANSWERED = new Set<string>(['UNAVAILABLE', 'OVERLOADED', 'DEADLINE_EXCEEDED'] satisfies RuntimeCode[])

/** Whether a call ended without a word of the module: it is away, has too much to do, or took too long. */
export function isUnanswered(error: unknown): error is Failure {
  return error instanceof Failure && UNANSWERED.has(error.code)
}

/** What a call answers, or `fallback` when its module does not answer now; other failures stay failures. */
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
