import type { RelocationProgress } from '#runtime/relocation/relocation.ts'
import { ProgressBar } from './progress-bar.ts'
import { describeAmounts, describeStep } from './relocation-text.ts'

/** Shows a move of modules as it goes: a line for each step that has ended, a bar for what a running one has copied. */
export class RelocationScreen {
  readonly #bar: ProgressBar
  readonly #print: (line: string) => void
  #lastNote: string | undefined

  constructor(bar = new ProgressBar(), print: (line: string) => void = console.log) {
    this.#bar = bar
    this.#print = print
  }

  show(progress: RelocationProgress): void {
    const { step, phase, rows, lagBytes, note } = progress
    if (phase === 'ended') {
      this.#line(describeStep(progress))
      this.#lastNote = undefined
      return
    }
    // Why a step is tried again is told once.
    if (note !== undefined && note !== this.#lastNote) this.#line(`${step}: ${note}`)
    this.#lastNote = note ?? this.#lastNote
    if (rows) this.#bar.show(step, rows.copied, rows.total, describeAmounts(progress))
    else if (lagBytes !== undefined) this.#bar.tell(step, describeAmounts(progress))
  }

  /** Takes away what is of the running step. */
  clear(): void {
    this.#bar.clear()
  }

  #line(text: string): void {
    this.#bar.clear()
    this.#print(text)
  }
}
