/**
 * Turns a URL of the shop into a path, so that the visitor stays on the host name under which they reach the shop. Other
 * URLs stay unchanged.
 */
export function withoutOwnOrigin(url: string, { publicUrl }: { publicUrl: string }): string {
  return url.startsWith(`${publicUrl}/`) ? url.slice(publicUrl.length) : url
}
