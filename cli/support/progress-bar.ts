const WIDTH = 30
const EVERY_MS = 100
const PLAIN_EVERY_MS = 5000

/** Shows how far long work is, on standard error unless told: a bar on a terminal, else a line every five seconds. */
export class ProgressBar {
  readonly #stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>
  #last = 0
  #shown = false

  constructor(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr) {
    this.#stream = stream
  }

  /** `done` and `total` in one unit; `detail` stands behind the bar. Calls in quick succession are one. */
  show(label: string, done: number, total: number, detail = ''): void {
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const percent = `${Math.round(share * 100)} %`
    const filled = Math.round(share * WIDTH)
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
    const behind = detail && `  ${detail}`
    const isLast = done >= total
    this.#put(`${label} ${bar} ${percent.padStart(5)}${behind}`, `${label} ${percent}${behind}`, isLast)
  }

  /** The same for work whose end is not known: only how it is. */
  tell(label: string, detail: string): void {
    this.#put(`${label}  ${detail}`, `${label}  ${detail}`, false)
  }

  #put(onTerminal: string, plain: string, atOnce: boolean): void {
    const now = Date.now()
    const { isTTY } = this.#stream
    if (now - this.#last < (isTTY ? EVERY_MS : PLAIN_EVERY_MS) && !atOnce) return
    this.#last ||= now
    if (isTTY) {
      this.#stream.write(`\r${onTerminal}\x1b[K`)
      this.#shown = true
    } else if (now - this.#last >= PLAIN_EVERY_MS) this.#stream.write(`${plain}\n`)
    this.#last = now
  }

  /** Leaves the bar's line. */
  end(): void {
    if (this.#shown) this.#stream.write('\n')
    this.#shown = false
  }

  /** Takes the bar away, for a line in its place. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K')
    this.#shown = false
  }
}
