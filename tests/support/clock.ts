/** A clock that only moves when a test advances or sets it. */
export class TestClock {
  #time: number

  constructor(start = Date.parse('2026-06-01T12:00:00Z')) {
    this.#time = start
  }

  now(): Date {
    return new Date(this.#time)
  }

  advance(ms: number): void {
    this.#time += ms
  }

  set(time: Date): void {
    this.#time = time.getTime()
  }
}
