const WIDTH = 30
/** The shortest time between two updates of the bar, and between two lines without a terminal. */
const BAR_EVERY_MS = 100
const LINE_EVERY_MS = 5000

/**
 * Shows the progress of long work: a bar on a terminal, else a line every five seconds. Writes to standard error by
 * default.
 */
export class ProgressBar {
  readonly #stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>
  #last = 0
  #shown = false

  constructor(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr) {
    this.#stream = stream
  }

  /** `done` and `total` have the same unit; `detail` follows the bar. Of calls in quick succession, only some are shown. */
  show(label: string, done: number, total: number, detail = ''): void {
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const percent = `${Math.round(share * 100)} %`
    const filled = Math.round(share * WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
    const suffix = detail && `  ${detail}`
    const isLast = done >= total
    this.#write(`${label} ${bar} ${percent.padStart(5)}${suffix}`, `${label} ${percent}${suffix}`, isLast)
  }

  /** Shows the state of work whose total is unknown, without a bar. */
  showDetail(label: string, detail: string): void {
    this.#write(`${label}  ${detail}`, `${label}  ${detail}`, false)
  }

  #write(onTerminal: string, plain: string, atOnce: boolean): void {
    const now = Date.now()
    const { isTTY } = this.#stream
    if (now - this.#last < (isTTY ? BAR_EVERY_MS : LINE_EVERY_MS) && !atOnce) return
    // The first call begins the interval: without a terminal, short work prints no line
    this.#last ||= now
    if (isTTY) {
      this.#stream.write(`\r${onTerminal}\x1b[K`)
      this.#shown = true
    } else if (now - this.#last >= LINE_EVERY_MS) this.#stream.write(`${plain}\n`)
    this.#last = now
  }

  /** Ends the line of the bar, which stays visible. */
  end(): void {
    if (this.#shown) this.#stream.write('\n')
    this.#shown = false
  }

  /** Erases the bar, so that a line can be printed in its place. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K')
    this.#shown = false
  }
}
