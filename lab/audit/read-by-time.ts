/** Records of one kind that are read page by page in the order of their ids. */
interface PagedSource {
  /** The time of the last record that was read. */
  position: string
  isExhausted: boolean
  readNext(): Promise<void>
}

/** `handlePage` receives each page, and returns the ids of its records in order. */
export function pagedSource<Page>(
  limit: number,
  read: (from: { after?: string; limit: number }) => Promise<Page>,
  handlePage: (page: Page) => string[],
): PagedSource {
  let after: { after?: string } = {}
  return {
    position: '',
    isExhausted: false,
    async readNext() {
      const ids = handlePage(await read({ ...after, limit }))
      this.isExhausted = ids.length < limit
      if (this.isExhausted) return
      after = { after: ids.at(-1)! }
      this.position = timeOf(ids.at(-1)!)
    },
  }
}

/**
 * Reads all sources to their ends, always the next page of the one that is furthest behind in time: so the records of
 * one order are read at about the same time.
 */
export async function readByTime(all: readonly PagedSource[]): Promise<void> {
  for (;;) {
    const open = all.filter(({ isExhausted }) => !isExhausted)
    const [first, ...others] = open
    if (!first) return
    await others.reduce((last, each) => (each.position < last.position ? each : last), first).readNext()
  }
}

/** The time in an id, after its prefix. Ids of another form only change the sequence of pages. */
function timeOf(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}
