/**
 * Removes the accents of Latin letters: `Crème` becomes `Creme`. Other scripts do not change, because their accents
 * make different letters (`й` is not `и`).
 */
export function stripLatinAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
}

/**
 * The form of a word for trigram comparison. PostgreSQL's trigrams use only the letters of the database's locale, which
 * are ASCII letters in the embedded database. So each other letter is replaced with an ASCII letter. Different words
 * may have the same form, because the words themselves are compared afterwards.
 */
export function trigramForm(word: string): string {
  return word.replace(/[^a-z0-9]/gu, (letter) => String.fromCharCode(97 + (letter.codePointAt(0)! % 26)))
}
