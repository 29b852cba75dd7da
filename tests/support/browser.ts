import { AxeBuilder } from '@axe-core/playwright'
import chromium from '@sparticuz/chromium'
import { type BrowserContext, chromium as driver, type Page } from 'playwright-core'

/** A visitor with a browser of their own. */
export interface Visitor {
  page: Page
  close(): Promise<void>
}

export interface VisitorOptions {
  width: number
  /** Pages must work without; on unless told. */
  scripts?: boolean
}

// Nothing here draws with WebGL, whose emulation made every page three times as slow.
chromium.setGraphicsMode = false

/** Opens a real browser. This build runs in one process, which ends with its first context: one browser a visitor. */
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

/** What axe finds wrong with the page as it is, in words; and whether it is wider than the window. Needs scripts. */
export async function problemsOf(page: Page): Promise<string[]> {
  // No page has frames: it need not look for them from a page of its own. What passes is not asked for.
  const { violations } = await new AxeBuilder({ page: page as never })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  const problems = violations.map(
    ({ id, help, nodes }) =>
      `${page.url()}: ${id}: ${help} (${nodes.map((node) => node.html.slice(0, 120)).join(' | ')})`,
  )
  const { wide, width } = (await page.evaluate(
    '({ wide: document.documentElement.scrollWidth, width: window.innerWidth })',
  )) as { wide: number; width: number }
  return wide > width
    ? [...problems, `${page.url()}: it is ${wide} px wide in a window of ${width}`]
    : problems
}
