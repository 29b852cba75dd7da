import { COMMON_WORDS, ROWS } from './common-words.ts'

/**
 * Why a password is among those that are tried first; undefined when it is not. NIST SP 800-63B, 5.1.1.2: compare with
 * what is commonly used, with repetitions and sequences, and with words of the context (`known`: the address, the shop).
 * It is no measure of strength: what is long and of one's own is let through.
 */
export function commonPasswordProblem(password: string, known: readonly string[]): string | undefined {
  const text = password.normalize('NFKC').toLowerCase()
  if (isRepetition(text)) return 'it repeats the same characters'
  if (isMadeOfRuns(text)) return 'it follows the keyboard or the alphabet'
  const cores = [coreOf(text), coreOf(plainLetters(text))]
  const context = known.map(lettersOf).filter((word) => word.length >= SHORTEST_WORD)
  if (cores.some((core) => context.includes(core) || context.some((word) => core === word + word)))
    return 'it is the address, the name of the shop or another thing that everybody knows'
  if (cores.some(isCommon)) return 'it is one of the passwords that are tried first'
  return undefined
}

const SHORTEST_WORD = 3
const LONGEST_UNIT = 5
const LEAST_RUN = 3
/** What is written in place of letters. */
const STAND_INS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
  '|': 'l',
}

function isRepetition(text: string): boolean {
  for (let length = 1; length <= LONGEST_UNIT && length * 2 <= text.length; length++) {
    const unit = text.slice(0, length)
    if (unit.repeat(Math.ceil(text.length / length)).slice(0, text.length) === text) return true
  }
  return new Set(text).size <= 3
}

/** Whether nothing but runs along a row is left: `1234567890`, `qwertyasdf`, `abc123abc123`. */
function isMadeOfRuns(text: string): boolean {
  let rest = text
  while (rest.length >= LEAST_RUN) {
    const length = longestRun(rest)
    if (length < LEAST_RUN) return false
    rest = rest.slice(length)
  }
  return true
}

function longestRun(text: string): number {
  let longest = 0
  for (const row of ALL_ROWS) {
    for (let length = longest + 1; length <= text.length && row.includes(text.slice(0, length)); length++)
      longest = length
  }
  return longest
}

const ALL_ROWS = ROWS.flatMap((row) => [row, [...row].reverse().join('')])

/** Without the figures and signs around it, and without spaces. */
function coreOf(text: string): string {
  return lettersOf(text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[\s._\-+@]/g, '')
}

/** Letters for what stands in place of them; figures at the end are a year or a count. */
function plainLetters(text: string): string {
  return text.replace(/[\d!]+$/, '').replace(/[^\p{L}\s]/gu, (sign) => STAND_INS[sign] ?? sign)
}

/** One common word, two, or three; one that is left out in front or behind may be a run of figures. */
function isCommon(core: string): boolean {
  if (core === '') return true
  return isMadeOfWords(core.replace(/\d+/g, ''), 3)
}

function isMadeOfWords(text: string, atMost: number): boolean {
  if (COMMON_WORDS.has(text)) return true
  if (atMost === 1) return false
  for (let length = 1; length < text.length; length++) {
    if (COMMON_WORDS.has(text.slice(0, length)) && isMadeOfWords(text.slice(length), atMost - 1)) return true
  }
  return false
}
