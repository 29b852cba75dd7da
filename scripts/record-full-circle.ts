import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatRuns, MERGES, runAll, SPLITS } from '#tests/relocation/full-circle.ts'
import { startMovingShop, underLoad } from '#tests/relocation/moving-shop.ts'

const PAGE = fileURLToPath(new URL('../docs/split-and-merge.md', import.meta.url))

// Splits a shop of one process into a process for each module and merges it back, under load. Writes the output of the
// commands into docs/split-and-merge.md.
const shop = await startMovingShop()
try {
  const { answer, load } = await underLoad(shop, async () => {
    const splits = await runAll(shop, SPLITS)
    const { output: status } = await shop.pando('status')
    return { splits, status, merges: await runAll(shop, MERGES) }
  })
  const folder = shop.shop.dataDirectory
  // With the paths of a shop in the default data folder
  const withDefaultPaths = (text: string) =>
    text.replaceAll(folder, '.pando').replaceAll(/\$schema=\S+/g, '$$schema=../docs/topology.schema.json')
  const block = (text: string) => `\`\`\`console\n${withDefaultPaths(text.trimEnd())}\n\`\`\``
  const { requests, orders, failed, p50, p99, max } = load
  put('there', block(formatRuns(answer.splits)))
  put('status', block(`$ npx pando status\n${answer.status}`))
  put('back', block(formatRuns(answer.merges)))
  put(
    'load',
    `Meanwhile visitors made ${requests.toLocaleString('en')} requests, 60 a second, and placed ${orders.length} orders: ${failed.length} requests failed; half were answered within ${p50} ms, 99 of 100 within ${p99} ms, the slowest in ${max.toLocaleString('en')} ms.`,
  )
} finally {
  await shop.close()
}

/** Replaces the text between two markers of the page. */
function put(name: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from)
    throw new Error(
      `Cannot write docs/split-and-merge.md: it needs the markers ${begin.trim()} and ${end.trim()}`,
    )
  writeFileSync(PAGE, page.slice(0, from + begin.length) + text + page.slice(to))
}
