/** Further words of a query are ignored. */
const MAX_QUERY_WORDS = 10
const MAX_WORD_LENGTH = 60

const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** Scripts without spaces between words, and Korean, whose words contain endings and other words. */
const UNSPACED_SCRIPTS = [
  // Two characters are about as specific as a word in other scripts
  { ngramLength: 2, scripts: String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{sc=Hangul}` },
  { ngramLength: 3, scripts: String.raw`\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}` },
].map(({ ngramLength, scripts }) => {
  // Excludes punctuation, some of which belongs to scripts
  const letters = String.raw`[[${scripts}]&&[\p{L}\p{M}\p{N}]]+`
  return {
    ngramLength,
    run: new RegExp(letters, 'gv'),
    spacedRun: new RegExp(`${letters}(?: +${letters})*`, 'gv'),
    isUnspaced: new RegExp(`^${letters}$`, 'v'),
  }
})

/**
 * Splits a text into words for the search: letters and digits of any script, in lower case. It removes apostrophes
 * (`women's` becomes `womens`, which stems to `women`). All other characters separate words, and so does a change
 * between a script without spaces and another script.
 */
export function searchWords(text: string): string[] {
  return wordsOf(normaliseText(text))
}

/** The number of words of a text. In scripts without spaces, an n-gram counts as a word. */
export function searchLength(text: string): number {
  return searchWords(text).reduce((sum, word) => {
    const script = unspacedScriptOf(word)
    return sum + (script ? Math.ceil([...word].length / script.ngramLength) : 1)
  }, 0)
}

/** The search terms of a text: its words, and n-grams of scripts without spaces, each once. */
export interface SearchTerms {
  /** Separated by spaces. */
  words: string
  ngrams: string[]
}

/**
 * The words of a text, and n-grams at each position of parts without spaces. Spaces within such parts are ignored,
 * because their use is optional: 緑茶 ティーバッグ is also found as 緑茶ティーバッグ.
 */
export function searchTerms(text: string): SearchTerms {
  const normalised = normaliseText(text)
  const words = wordsOf(normalised).filter((word) => !isUnspaced(word))
  const ngrams = UNSPACED_SCRIPTS.flatMap(({ spacedRun, ngramLength }) =>
    (normalised.match(spacedRun) ?? []).flatMap((run) => ngramsOf(run.replaceAll(' ', ''), ngramLength)),
  )
  return { words: [...new Set(words)].join(' '), ngrams: [...new Set(ngrams)] }
}

/** A word of a query. */
export interface QueryWord {
  text: string
  /** A single letter or digit that belongs to a longer token, such as both letters of `a/b`. */
  isPart: boolean
  /** Other words that match as well. */
  alternatives?: readonly string[]
}

/** The words of a search query, each once. */
export function queryWords(query: string): QueryWord[] {
  const words = new Map<string, QueryWord>()
  for (const token of normaliseText(query).split(/\s+/)) {
    const parts = wordsOf(token)
    for (const text of parts) {
      const isPart = parts.length > 1 && [...text].length === 1 && !isUnspaced(text)
      words.set(text, { text, isPart: isPart || (words.get(text)?.isPart ?? false) })
    }
  }
  return [...words.values()].slice(0, MAX_QUERY_WORDS)
}

/** Whether the word is in a script without spaces, so that it is searched by its n-grams. */
export function isUnspaced(word: string): boolean {
  return unspacedScriptOf(word) !== undefined
}

/**
 * The tsquery for an `isUnspaced` word, in PostgreSQL's text form: all its n-grams. A word that is not longer than an
 * n-gram matches as the prefix of one.
 */
export function unspacedExpression(word: string): string {
  const { ngramLength } = unspacedScriptOf(word)!
  const characters = [...word]
  // Listings that `rebuildSearch` has not reached yet contain only the whole word
  const prefix = `'${word}':*`
  if (characters.length <= ngramLength) return prefix
  const fullNgrams = ngramsOf(word, ngramLength).slice(0, characters.length - ngramLength + 1)
  return `(${[...new Set(fullNgrams)].map((ngram) => `'${ngram}'`).join(' & ')}) | ${prefix}`
}

/** The script without spaces of a whole word; undefined for other words. */
function unspacedScriptOf(word: string) {
  return UNSPACED_SCRIPTS.find((script) => script.isUnspaced.test(word))
}

function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`´]/g, '')
}

function wordsOf(normalised: string): string[] {
  return (normalised.match(WORD) ?? [])
    .flatMap((word) => splitScripts(word))
    .map((word) => [...word].slice(0, MAX_WORD_LENGTH).join(''))
}

function splitScripts(word: string): string[] {
  const runs = UNSPACED_SCRIPTS.flatMap(({ run }) => [...word.matchAll(run)]).sort(
    (a, b) => a.index - b.index,
  )
  const parts: string[] = []
  let start = 0
  for (const { index, 0: run } of runs) {
    if (index > start) parts.push(word.slice(start, index))
    parts.push(run)
    start = index + run.length
  }
  if (start < word.length) parts.push(word.slice(start))
  return parts
}

/** The n-grams at each position of a text. The last ones are shorter. */
function ngramsOf(run: string, length: number): string[] {
  const characters = [...run]
  return characters.map((_, i) => characters.slice(i, i + length).join(''))
}
