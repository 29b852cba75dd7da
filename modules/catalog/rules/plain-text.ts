import { firstCharacters } from '#shared/text.ts'

/** The text of sanitised HTML, without markup and with single spaces. */
export function plainText(html: string): string {
  // In sanitised HTML only tags contain `<` and `>`. The space keeps the texts of adjacent blocks apart.
  return decodeEntities(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** Truncates a text to `maxLength` characters with an ellipsis, at the last space if that is in the second half. */
export function excerpt(text: string, maxLength: number): string {
  if (firstCharacters(text, maxLength) === text) return text
  const cut = firstCharacters(text, maxLength - 1)
  const lastSpace = cut.lastIndexOf(' ')
  return `${(lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut).replace(/[\s.,;:–-]+$/, '')}…`
}

/** Decodes the four entities that sanitize-html writes. */
export function decodeEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
