const ORIGIN = 'http://shop.invalid'

/**
 * A path of this shop that a stranger may have chosen, such as `next` in the address of the log-in page. Whatever
 * could lead elsewhere gives `fallback`: another origin, `//host`, `/\host`, and characters that browsers leave out.
 */
export function localPath(address: string | undefined, fallback: string): string {
  if (address === undefined || !/^\/[\x21-\x7e]*$/.test(address) || /^\/[/\\]/.test(address)) return fallback
  const url = URL.parse(address, ORIGIN)
  if (url === null || url.origin !== ORIGIN || url.pathname.startsWith('//')) return fallback
  return url.pathname + url.search + url.hash
}
