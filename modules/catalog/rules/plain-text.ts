import { firstCharacters } from '#shared/text.ts'

/** The words of sanitised HTML, without markup and with single spaces. */
export function plainText(html: string): string {
  // Sanitised HTML has `<` and `>` around tags only. Text of neighbouring blocks would run together.
  return decoded(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** The start of a text, cut between words and marked where it is cut; at most `maxLength` characters. */
export function excerpt(text: string, maxLength: number): string {
  if (firstCharacters(text, maxLength) === text) return text
  const cut = firstCharacters(text, maxLength - 1)
  const lastSpace = cut.lastIndexOf(' ')
  return `${(lastSpace > cut.length / 2 ? cut.slice(0, lastSpace) : cut).replace(/[\s.,;:–-]+$/, '')}…`
}

/** Text of HTML as sanitize-html writes it, with four characters as entities. */
export function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
