import { COMMON_WORDS, ROWS } from './common-words.ts'

/**
 * Why a password is easy to guess, as the second half of a message; undefined when it is not. Compares the password with
 * what NIST SP 800-63B, 5.1.1.2, lists: common passwords, repetitions and sequences, and `contextWords` (the account's
 * name and email address, the shop's name). Does not measure strength otherwise.
 */
export function commonPasswordProblem(password: string, contextWords: readonly string[]): string | undefined {
  const text = password.normalize('NFKC').toLowerCase()
  if (isRepetition(text)) return 'it repeats the same characters'
  if (isMadeOfRuns(text)) return 'it follows the keyboard or the alphabet'
  const cores = [coreOf(text), coreOf(undoSubstitutions(text))]
  const context = contextWords.map(removeSeparators).filter((word) => word.length >= MIN_WORD)
  if (cores.some((core) => isMadeOfContext(core, context)))
    return 'it is made of your name, your email address, the name of the shop or other public information'
  if (cores.some(isCommon)) return 'it is a common password'
  return undefined
}

const MIN_WORD = 3
/** The length of the longest group of characters whose repetition is detected. */
const MAX_UNIT = 5
const MIN_RUN = 3
/** The letters that digits and signs commonly replace. */
const SUBSTITUTIONS: Readonly<Record<string, string>> = {
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

/** Whether fewer than MIN_WORD characters remain after the context words are removed. */
function isMadeOfContext(core: string, context: readonly string[]): boolean {
  let rest = core
  for (const word of context.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '')
  return rest !== core && rest.length < MIN_WORD
}

/** Whether a text repeats a group of up to MAX_UNIT characters, or has at most three different characters. */
function isRepetition(text: string): boolean {
  for (let length = 1; length <= MAX_UNIT && length * 2 <= text.length; length++) {
    const unit = text.slice(0, length)
    if (unit.repeat(Math.ceil(text.length / length)).slice(0, text.length) === text) return true
  }
  return new Set(text).size <= 3
}

/** Whether a text consists of runs along a keyboard row or an alphabet: `1234567890`, `qwertyasdf`, `abc123abc123`. */
function isMadeOfRuns(text: string): boolean {
  let rest = text
  while (rest.length >= MIN_RUN) {
    const length = longestRun(rest)
    if (length < MIN_RUN) return false
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

/** A text without separators and without the digits and signs around it. */
function coreOf(text: string): string {
  return removeSeparators(text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
}

function removeSeparators(text: string): string {
  return text.toLowerCase().replace(/[\s._\-+@]/g, '')
}

/** Replaces digits and signs with the letters that they stand for, without a year, a number or `!` at the end. */
function undoSubstitutions(text: string): string {
  return text.replace(/[\d!]+$/, '').replace(/[^\p{L}\s]/gu, (sign) => SUBSTITUTIONS[sign] ?? sign)
}

/** Whether a text without its digits consists of one to three common words, or is empty. */
function isCommon(core: string): boolean {
  if (core === '') return true
  return isMadeOfWords(core.replace(/\d+/g, ''), 3)
}

function isMadeOfWords(text: string, maxWords: number): boolean {
  if (COMMON_WORDS.has(text)) return true
  if (maxWords === 1) return false
  for (let length = 1; length < text.length; length++) {
    if (COMMON_WORDS.has(text.slice(0, length)) && isMadeOfWords(text.slice(length), maxWords - 1))
      return true
  }
  return false
}
