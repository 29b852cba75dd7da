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

/** Opens a real browser. This build runs in one process that ends with its first context, so each visitor needs a browser. */
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

/** Returns the accessibility problems that axe finds in the page, and whether it is wider than the window. Needs scripts. */
export async function findPageProblems(page: Page): Promise<string[]> {
  // Legacy mode does not search for frames from an additional page; our pages have none
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
    ? [...problems, `${page.url()}: the page is ${wide} px wide in a window of ${width} px`]
    : problems
}
