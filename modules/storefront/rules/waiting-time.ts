/** The time to wait as text: `a minute`, `15 minutes`. Rounded up, so that the next attempt is not too early. */
export function waitingTime(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return minutes <= 1 ? 'a minute' : `${minutes} minutes`
}
