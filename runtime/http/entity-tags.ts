/** Whether `If-None-Match` (a list, weak tags, or `*`) includes this version (RFC 9110, 13.1.2). */
export function isKnownVersion(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true
  const known: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? []
  return known.includes(etag.replace(/^W\//, ''))
}
