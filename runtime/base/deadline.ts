/** Waits for the work, `ms` milliseconds at most; then throws what `tooLate` gives, while the work goes on. */
export function withDeadline<Answer>(
  work: Promise<Answer>,
  ms: number,
  tooLate: () => Error,
): Promise<Answer> {
  if (ms > 2 ** 31 - 1) return work
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), ms)
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
