const FIRST_STRONG_ISOLATE = '\u2068'
const END_OF_ISOLATE = '\u2069'

/** UTF-16 units of right-to-left letters, and the characters that set a direction. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\ud802\ud803\ud83a\ud83b]/

/**
 * Wraps text of any direction in a bidi isolate, so that its direction and its direction marks do not affect the text around it
 * (Unicode bidirectional algorithm, UAX #9). It uses characters, because markup does not work in titles, `<option>`
 * texts and plain-text emails. Returns left-to-right text unchanged.
 */
export function isolateBidi(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? FIRST_STRONG_ISOLATE + balanceIsolates(text) + END_OF_ISOLATE : text
}

/** Closes isolates that the text leaves open, and drops end marks that close nothing. */
function balanceIsolates(text: string): string {
  let open = 0
  const balanced = text.replace(/[\u2066-\u2069]/g, (mark) => {
    if (mark !== END_OF_ISOLATE) open++
    else if (open === 0) return ''
    else open--
    return mark
  })
  return balanced + END_OF_ISOLATE.repeat(open)
}
