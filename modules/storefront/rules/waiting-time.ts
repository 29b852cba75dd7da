/** How long to wait, in words: `a minute`, `15 minutes`. Rounded up, so that the next try is not too early. */
export function waitingTime(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes <= 1 ? 'a minute' : `${minutes} minutes`
}
