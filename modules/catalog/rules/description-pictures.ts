import { decodeEntities } from './plain-text.ts'

/** A picture in the output of `sanitizeDescription`. */
const PICTURE = /<img src="([^"]*)" alt="([^"]*)"[^>]*>/g

export interface DescriptionPicture {
  /** The URL of the original, or `/pictures/{id}`. */
  url: string
  alt: string
}

/** The pictures in a sanitised description, each URL once. */
export function descriptionPictures(html: string): DescriptionPicture[] {
  const pictures = new Map<string, DescriptionPicture>()
  for (const [, src = '', alt = ''] of html.matchAll(PICTURE)) {
    const url = decodeEntities(src)
    if (!pictures.has(url)) pictures.set(url, { url, alt: decodeEntities(alt) })
  }
  return [...pictures.values()]
}

/** Replaces the URLs of pictures in a description, and removes pictures for which `urlOf` returns undefined. */
export function replacePictures(html: string, urlOf: (url: string) => string | undefined): string {
  return html.replace(PICTURE, (picture, src: string) => {
    const url = urlOf(decodeEntities(src))
    return url === undefined ? '' : picture.replace(`src="${src}"`, () => `src="${url}"`)
  })
}
