const FIRST_STRONG_ISOLATE = '\u2068'
const END_OF_ISOLATE = '\u2069'

/** Letters that run from right to left, by UTF-16 units, and the characters that set a direction. */
const TURNS =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\ud802\ud803\ud83a\ud83b]/

/**
 * A text of others, ready to stand between words of ours: whichever way it runs, and whatever it says about directions,
 * ends with it (Unicode bidirectional algorithm, UAX #9). Characters do it, as they work in titles, lists of choices and
 * plain mails, too. A text that runs from left to right stays as it is.
 */
export function isolateBidi(text: string): string {
  return TURNS.test(text) ? FIRST_STRONG_ISOLATE + balanced(text) + END_OF_ISOLATE : text
}

/** Closes what the text leaves open, and drops what would close more than it has opened. */
function balanced(text: string): string {
  let open = 0
  const kept = text.replace(/[\u2066-\u2069]/g, (mark) => {
    if (mark !== END_OF_ISOLATE) open++
    else if (open === 0) return ''
    else open--
    return mark
  })
  return kept + END_OF_ISOLATE.repeat(open)
}
