const INTERRUPTED = 130

/**
 * While `work` runs, Ctrl-C leaves it to the shop, which goes on with it, and says so: `words` say how to see what becomes
 * of it. `clear` takes away what is on the screen.
 */
export async function detachOnInterrupt<Answer>(
  words: string,
  work: () => Promise<Answer>,
  clear: () => void = () => {},
): Promise<Answer> {
  const leave = () => {
    clear()
    console.error(`\nThis goes on in the shop. ${words}`)
    process.exit(INTERRUPTED)
  }
  process.once('SIGINT', leave)
  try {
    return await work()
  } finally {
    process.off('SIGINT', leave)
  }
}
