/** A phrase that the glossary replaces, and the term to use. */
interface Replaced {
  phrase: string
  use: string
}

/**
 * Finds phrases that the glossary in STYLE.md replaces: those in the last column of its table, separated by commas. Ignores
 * letter case, and reads names in camel case as words.
 */
export class Glossary {
  readonly #byPhrase: ReadonlyMap<string, string>
  readonly #pattern: RegExp | undefined

  /** `style` is the text of STYLE.md. */
  constructor(style: string) {
    const replaced = readReplaced(style)
    this.#byPhrase = new Map(replaced.map(({ phrase, use }) => [phrase, use]))
    this.#pattern =
      replaced.length > 0
        ? new RegExp(`\\b(?:${replaced.map(({ phrase }) => phrase).join('|')})\\b`, 'i')
        : undefined
  }

  /** The problem of a line; undefined when there is none. */
  problemOf(line: string): string | undefined {
    const words = line.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    const found = this.#pattern?.exec(words)?.[0].toLowerCase()
    return (
      found && `It says "${found}". Use the term of the glossary (STYLE.md): ${this.#byPhrase.get(found)}`
    )
  }
}

function readReplaced(style: string): Replaced[] {
  const section = style.slice(style.indexOf('\n## Glossary\n'))
  return [...section.matchAll(/^\| (.+) \| (.+) \| (.+) \|$/gm)].flatMap(([, use = '', , phrases = '']) =>
    phrases === 'not' || phrases.startsWith('---')
      ? []
      : phrases.split(', ').map((phrase) => ({ phrase: phrase.trim().toLowerCase(), use })),
  )
}
