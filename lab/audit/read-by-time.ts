/** One kind of record, read page by page in the order of the ids. An id has a prefix and the time of its creation. */
interface PagedSource {
  /** The time in the last id that was read, as text that sorts by time; empty at first. */
  position: string
  isExhausted: boolean
  readNext(): Promise<void>
}

/** Makes a source with `limit` records a page. `handlePage` receives each page, and returns its ids in order. */
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
 * Reads all sources to their ends. The next page is always of the source whose position is the earliest, so that the
 * records of one order are read shortly after each other.
 */
export async function readByTime(sources: readonly PagedSource[]): Promise<void> {
  for (;;) {
    const unread = sources.filter(({ isExhausted }) => !isExhausted)
    if (unread.length === 0) return
    await unread.reduce((earliest, each) => (each.position < earliest.position ? each : earliest)).readNext()
  }
}

/** The time in an id, after its prefix. Ids in another format only change the sequence of pages. */
function timeOf(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}
