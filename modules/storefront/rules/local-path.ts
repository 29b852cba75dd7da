const ORIGIN = 'http://shop.invalid'

/**
 * Checks a path to redirect to that an attacker may have chosen, such as `next` in the address of the login page.
 * Returns `fallback` for everything that could leave the shop: another origin, `//host`, `/\host`, and characters that
 * browsers ignore.
 */
export function localPath(address: string | undefined, fallback: string): string {
  if (address === undefined || !/^\/[\x21-\x7e]*$/.test(address) || /^\/[/\\]/.test(address)) return fallback
  const url = URL.parse(address, ORIGIN)
  if (url === null || url.origin !== ORIGIN || url.pathname.startsWith('//')) return fallback
  return url.pathname + url.search + url.hash
}
