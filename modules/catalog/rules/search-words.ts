/** Longer queries are cut: nobody means the eleventh word. */
const MAX_QUERY_WORDS = 10
const MAX_WORD_LENGTH = 60

const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** Scripts that are written without spaces between words, and those whose words take endings and each other in. */
const RUNS = [
  // Two characters say as much as a word of other scripts.
  { pieceLength: 2, scripts: String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{sc=Hangul}` },
  { pieceLength: 3, scripts: String.raw`\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}` },
].map(({ pieceLength, scripts }) => {
  // Some punctuation belongs to scripts, too.
  const letters = String.raw`[[${scripts}]&&[\p{L}\p{M}\p{N}]]+`
  return {
    pieceLength,
    run: new RegExp(letters, 'gv'),
    spacedRun: new RegExp(`${letters}(?: +${letters})*`, 'gv'),
    isRun: new RegExp(`^${letters}$`, 'v'),
  }
})

/**
 * Splits text into words as search sees them: lower case, letters and digits of any script. Apostrophes are dropped
 * (`women's` is `womens`, which stems to `women`); everything else parts words, as does a change between a script
 * without spaces and another one.
 */
export function searchWords(text: string): string[] {
  return wordsOf(plain(text))
}

/** How many words a text has; in scripts without spaces, how many pieces one after the other. */
export function searchLength(text: string): number {
  return searchWords(text).reduce((sum, word) => {
    const script = runScriptOf(word)
    return sum + (script ? Math.ceil([...word].length / script.pieceLength) : 1)
  }, 0)
}

/** What search keeps of a text: its words, and pieces of what is written without spaces, each once. */
export interface SearchTerms {
  /** Separated by spaces. */
  words: string
  pieces: string[]
}

/**
 * The words of a text, and in place of those that are written without spaces each of their places with the characters
 * that follow it. Spaces count as little there as for those who write them: 緑茶 ティーバッグ is found as 緑茶ティーバッグ.
 */
export function searchTerms(text: string): SearchTerms {
  const given = plain(text)
  const words = wordsOf(given).filter((word) => !isRun(word))
  const pieces = RUNS.flatMap(({ spacedRun, pieceLength }) =>
    (given.match(spacedRun) ?? []).flatMap((run) => piecesOf(run.replaceAll(' ', ''), pieceLength)),
  )
  return { words: [...new Set(words)].join(' '), pieces: [...new Set(pieces)] }
}

/** A word of a query. */
export interface QueryWord {
  text: string
  /** A letter or digit that belongs to its neighbour, as both of `a/b`: alone it would be too common to count. */
  isPart: boolean
  /** Words that may be there in its place. */
  others?: readonly string[]
}

/** The words of what somebody typed into the search field, each once. */
export function queryWords(query: string): QueryWord[] {
  const words = new Map<string, QueryWord>()
  for (const written of plain(query).split(/\s+/)) {
    const parts = wordsOf(written)
    for (const text of parts) {
      const isPart = parts.length > 1 && [...text].length === 1 && !isRun(text)
      words.set(text, { text, isPart: isPart || (words.get(text)?.isPart ?? false) })
    }
  }
  return [...words.values()].slice(0, MAX_QUERY_WORDS)
}

/** Whether the word is written in a script without spaces, so that it is looked for by its pieces. */
export function isRun(word: string): boolean {
  return runScriptOf(word) !== undefined
}

/**
 * A text search expression, in PostgreSQL's own form, for a word that `isRun`: all pieces of it. One that is no longer
 * than a piece is the beginning of one.
 */
export function runExpression(word: string): string {
  const { pieceLength } = runScriptOf(word)!
  const characters = [...word]
  // Listings that `rebuildSearch` has not come to yet have only the whole word.
  const beginning = `'${word}':*`
  if (characters.length <= pieceLength) return beginning
  const whole = piecesOf(word, pieceLength).slice(0, characters.length - pieceLength + 1)
  return `(${[...new Set(whole)].map((piece) => `'${piece}'`).join(' & ')}) | ${beginning}`
}

/** The script without spaces that all of a word is written in. */
function runScriptOf(word: string) {
  return RUNS.find((script) => script.isRun.test(word))
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`´]/g, '')
}

function wordsOf(given: string): string[] {
  return (given.match(WORD) ?? [])
    .flatMap((word) => partScripts(word))
    .map((word) => [...word].slice(0, MAX_WORD_LENGTH).join(''))
}

function partScripts(word: string): string[] {
  const runs = RUNS.flatMap(({ run }) => [...word.matchAll(run)]).sort((a, b) => a.index - b.index)
  const parts: string[] = []
  let from = 0
  for (const { index, 0: run } of runs) {
    if (index > from) parts.push(word.slice(from, index))
    parts.push(run)
    from = index + run.length
  }
  if (from < word.length) parts.push(word.slice(from))
  return parts
}

/** Each place of a run with the characters that follow it; the last ones are shorter. */
function piecesOf(run: string, length: number): string[] {
  const characters = [...run]
  return characters.map((_, i) => characters.slice(i, i + length).join(''))
}
