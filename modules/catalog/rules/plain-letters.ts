/**
 * The text without the accents of Latin letters: `Crème` becomes `Creme`. In other scripts an accent belongs to its
 * letter (`й` is not `и`), and stays.
 */
export function withoutLatinAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
}

/**
 * What a word is compared by with words that look like it. PostgreSQL's trigrams know only the letters of the database's
 * locale, and the embedded database has none but ASCII's: so every other letter is stood for by one of those. That two
 * letters may share one does no harm, because the words themselves decide.
 */
export function trigramForm(word: string): string {
  return word.replace(/[^a-z0-9]/gu, (letter) => String.fromCharCode(97 + (letter.codePointAt(0)! % 26)))
}
