/** Records of one kind, which are read page by page in the order of their ids. */
interface Pages {
  /** How far it has been read. */
  position: string
  isOver: boolean
  readNext(): Promise<void>
}

/** `take` gets each page, and answers the ids of its records in their order. */
export function pages<Page>(
  limit: number,
  read: (from: { after?: string; limit: number }) => Promise<Page>,
  take: (page: Page) => string[],
): Pages {
  let after: { after?: string } = {}
  return {
    position: '',
    isOver: false,
    async readNext() {
      const ids = take(await read({ ...after, limit }))
      this.isOver = ids.length < limit
      if (this.isOver) return
      after = { after: ids.at(-1)! }
      this.position = timeOf(ids.at(-1)!)
    },
  }
}

/** Reads all of them to the end, the one that is behind in time first: what belongs together comes at about the same time. */
export async function readInStep(all: readonly Pages[]): Promise<void> {
  for (;;) {
    const open = all.filter(({ isOver }) => !isOver)
    const [first, ...others] = open
    if (!first) return
    await others.reduce((last, each) => (each.position < last.position ? each : last), first).readNext()
  }
}

/** Ids begin with the time after their prefix; one of another make only changes what is read first. */
function timeOf(id: string): string {
  return id.slice(id.indexOf('_') + 1)
}
