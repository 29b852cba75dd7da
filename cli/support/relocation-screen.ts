import type { RelocationProgress } from '#runtime/relocation/relocation.ts'
import { ProgressBar } from './progress-bar.ts'
import { describeAmounts, describeStep } from './relocation-text.ts'

/** Shows the progress of a move: a line for each step that has ended, and a bar for the rows that the current step copies. */
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
    // The reason for retrying a step is printed once
    if (note !== undefined && note !== this.#lastNote) this.#line(`${step}: ${note}`)
    this.#lastNote = note ?? this.#lastNote
    if (rows) this.#bar.show(step, rows.copied, rows.total, describeAmounts(progress))
    else if (lagBytes !== undefined) this.#bar.showDetail(step, describeAmounts(progress))
  }

  /** Erases the bar of the current step. */
  clear(): void {
    this.#bar.clear()
  }

  #line(text: string): void {
    this.#bar.clear()
    this.#print(text)
  }
}
