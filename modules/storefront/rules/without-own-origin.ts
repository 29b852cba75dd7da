/**
 * Turns an address of the shop into a path, so that it works under every host name under which visitors reach the shop.
 * Other addresses stay unchanged.
 */
export function withoutOwnOrigin(address: string, { publicUrl }: { publicUrl: string }): string {
  return address.startsWith(`${publicUrl}/`) ? address.slice(publicUrl.length) : address
}
