import { AxeBuilder } from '@axe-core/playwright'
import chromium from '@sparticuz/chromium'
import { type BrowserContext, chromium as driver, type Page } from 'playwright-core'

/** A visitor with their own browser. */
export interface Visitor {
  page: Page
  close(): Promise<void>
}

export interface VisitorOptions {
  width: number
  /** Execute scripts. Pages must work without them. Default: true. */
  scripts?: boolean
}

// No page uses WebGL, whose emulation made every page three times as slow
chromium.setGraphicsMode = false

/** Opens a browser. This build of Chromium is one process that ends with its first context, so visitors cannot share it. */
export async function openVisitor({ width, scripts = true }: VisitorOptions): Promise<Visitor> {
  const browser = await driver.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  })
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height: 900 },
    javaScriptEnabled: scripts,
  })
  context.setDefaultTimeout(30_000)
  return { page: await context.newPage(), close: () => browser.close() }
}

/** Returns the accessibility problems that axe finds in the page, and one if the page is wider than its window. Needs scripts. */
export async function findPageProblems(page: Page): Promise<string[]> {
  // Legacy mode does not open another page to search for frames; the shop's pages have none
  const { violations } = await new AxeBuilder({ page: page as never })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  const problems = violations.map(
    ({ id, help, nodes }) =>
      `${page.url()}: ${id}: ${help} (${nodes.map((node) => node.html.slice(0, 120)).join(' | ')})`,
  )
  const { pageWidth, windowWidth } = (await page.evaluate(
    '({ pageWidth: document.documentElement.scrollWidth, windowWidth: window.innerWidth })',
  )) as { pageWidth: number; windowWidth: number }
  return pageWidth > windowWidth
    ? [...problems, `${page.url()}: the page is ${pageWidth} px wide in a window of ${windowWidth} px`]
    : problems
}
