/** An address of the shop's own without its host, so that it works under whatever name the visitor uses; others as they are. */
export function pathHere(address: string, { publicUrl }: { publicUrl: string }): string {
  return address.startsWith(`${publicUrl}/`) ? address.slice(publicUrl.length) : address
}
