const INTERRUPTED = 130

/**
 * Awaits `work`, a request that the running shop executes. Ctrl-C meanwhile exits with code 130 and prints that the shop
 * continues, followed by `hint`, which says how to see the progress. `clear` removes a progress bar from the screen first.
 */
export async function detachOnInterrupt<Answer>(
  hint: string,
  work: () => Promise<Answer>,
  clear: () => void = () => {},
): Promise<Answer> {
  const detach = () => {
    clear()
    console.error(`\nThis continues in the shop. ${hint}`)
    process.exit(INTERRUPTED)
  }
  process.once('SIGINT', detach)
  try {
    return await work()
  } finally {
    process.off('SIGINT', detach)
  }
}
