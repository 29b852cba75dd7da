const WIDTH = 30
const EVERY_MS = 100
const PLAIN_EVERY_MS = 5000

/** Shows on standard error how far long work is: a bar on a terminal, else a line every five seconds. */
export class ProgressBar {
  readonly #stream = process.stderr
  #last = 0
  #shown = false

  /** `done` and `total` in one unit; calls in quick succession are one. */
  show(label: string, done: number, total: number): void {
    const now = Date.now()
    if (now - this.#last < (this.#stream.isTTY ? EVERY_MS : PLAIN_EVERY_MS) && done < total) return
    this.#last ||= now
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const percent = `${Math.round(share * 100)} %`.padStart(5)
    if (this.#stream.isTTY) {
      const filled = Math.round(share * WIDTH)
      this.#stream.write(`\r${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${percent}`)
      this.#shown = true
    } else if (now - this.#last >= PLAIN_EVERY_MS) {
      this.#stream.write(`${label} ${percent.trim()}\n`)
    }
    this.#last = now
  }

  /** Leaves the bar's line. */
  end(): void {
    if (this.#shown) this.#stream.write('\n')
  }
}
