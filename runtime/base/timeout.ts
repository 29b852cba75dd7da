/** Waits for the work for at most `ms` milliseconds, then rejects with `timeoutError()`. The work itself continues. */
export function withTimeout<Answer>(
  work: Promise<Answer>,
  ms: number,
  timeoutError: () => Error,
): Promise<Answer> {
  // For a longer time than 2 ** 31 - 1 ms, which is 24 days, setTimeout() would fire at once.
  if (ms > 2 ** 31 - 1) return work
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timeoutError()), ms)
    work.then(
      (answer) => {
        clearTimeout(timer)
        resolve(answer)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error as Error)
      },
    )
  })
}
