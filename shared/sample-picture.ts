/** The file in `sample/pictures` that an address such as `sample:cup.svg` names; undefined for other addresses. */
export function samplePictureFile(address: string): string | undefined {
  return /^sample:([a-z0-9-]+\.svg)$/.exec(address)?.[1]
}
