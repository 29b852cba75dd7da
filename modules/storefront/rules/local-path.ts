/** Stands for the shop. No host can have this name (RFC 2606). */
const ORIGIN = 'http://shop.invalid'

/**
 * Checks a redirect target that an attacker may have chosen, such as `next` in the URL of the login page. Returns paths
 * of the shop, and `fallback` for everything that could leave the shop: another origin, `//host`, `/\host`, and
 * characters that browsers ignore.
 */
export function localPath(target: string | undefined, fallback: string): string {
  if (target === undefined || !/^\/[\x21-\x7e]*$/.test(target) || /^\/[/\\]/.test(target)) return fallback
  const url = URL.parse(target, ORIGIN)
  if (url === null || url.origin !== ORIGIN || url.pathname.startsWith('//')) return fallback
  return url.pathname + url.search + url.hash
}
