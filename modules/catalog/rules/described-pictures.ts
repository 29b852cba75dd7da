import { decoded } from './plain-text.ts'

/** A picture as `sanitizeDescription` writes it. */
const PICTURE = /<img src="([^"]*)" alt="([^"]*)"[^>]*>/g

export interface DescribedPicture {
  /** Of the original, or `/pictures/{id}`. */
  address: string
  alt: string
}

/** The pictures in a sanitised description, each address once. */
export function describedPictures(html: string): DescribedPicture[] {
  const pictures = new Map<string, DescribedPicture>()
  for (const [, src = '', alt = ''] of html.matchAll(PICTURE)) {
    const address = decoded(src)
    if (!pictures.has(address)) pictures.set(address, { address, alt: decoded(alt) })
  }
  return [...pictures.values()]
}

/** The description with its pictures where the shop serves them; without those that it does not serve. */
export function placePictures(html: string, served: (address: string) => string | undefined): string {
  return html.replace(PICTURE, (picture, src: string) => {
    const address = served(decoded(src))
    return address === undefined ? '' : picture.replace(`src="${src}"`, () => `src="${address}"`)
  })
}
