/** The file in `sample/pictures` that a picture URL such as `sample:cup.svg` names; undefined for other URLs. */
export function samplePictureFile(url: string): string | undefined {
  return /^sample:([a-z0-9-]+\.svg)$/.exec(url)?.[1]
}
