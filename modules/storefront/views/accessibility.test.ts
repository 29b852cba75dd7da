import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openVisitor, type Visitor } from '#tests/support/browser.ts'
import { openFixtureSite } from '../testing/fixture-site.ts'

let site: Awaited<ReturnType<typeof openFixtureSite>>
let visitor: Visitor
let page: Page

beforeAll(async () => {
  site = await openFixtureSite()
  visitor = await openVisitor({ width: 1280 })
  page = visitor.page
}, 120_000)
afterAll(async () => {
  await visitor?.close()
  site?.close()
})

// A page is loaded once for each width, as loading takes most of the time. 320 px corresponds to 1,280 px at a zoom of
// 400 %, and the styles to WCAG 1.4.4 (text at 200 %) and 1.4.12 (text spacing).
const TEXT_AT_200_PERCENT = 'html { font-size: 200% }'
const TEXT_SPACING =
  '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'

describe('every page', () => {
  it.each([
    { width: 320, style: TEXT_SPACING },
    { width: 640, style: TEXT_AT_200_PERCENT },
    { width: 1280, style: TEXT_AT_200_PERCENT },
  ])(
    '$width px wide: controls are at least 24 px large and inside the window, even with "$style"; at 320 px, no word of up to 12 letters breaks',
    async ({ width, style }) => {
      await page.setViewportSize({ width, height: 900 })
      const problems: string[] = []
      for (const name of site.names) {
        await page.goto(`${site.origin}/${name}`)
        const found = await findProblems(width === 320 ? [...ALWAYS, BROKEN_WORDS] : ALWAYS)
        await page.addStyleTag({ content: style })
        found.push(...(await findProblems([CONTROLS_OUT_OF_REACH])).map((each) => `${each}, with "${style}"`))
        problems.push(...found.map((each) => `${name}: ${each}`))
      }
      expect(problems).toEqual([])
    },
    120_000,
  )

  async function findProblems(scripts: readonly string[]): Promise<string[]> {
    const found = await page.evaluate(`[${scripts.join(', ')}].flat()`)
    return found as string[]
  }
})

describe('the home page', () => {
  it('has animations of at most five seconds, and none for a visitor who prefers reduced motion', async () => {
    const longest =
      'Math.max(0, ...document.getAnimations().map(({ effect }) => effect.getComputedTiming().endTime))'
    await page.goto(`${site.origin}/home`)
    const moving = (await page.evaluate(longest)) as number
    expect(moving).toBeGreaterThan(0)
    expect(moving).toBeLessThanOrEqual(5000)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(`${site.origin}/home`)
    expect(await page.evaluate(longest)).toBe(0)
    await page.emulateMedia({ reducedMotion: 'no-preference' })
  }, 60_000)
})

describe('the sort list', () => {
  it('changes nothing until its button is pressed', async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(`${site.origin}/category`)
    const sent: string[] = []
    page.on('request', (request) => request.isNavigationRequest() && sent.push(request.url()))
    await page.focus('#sort')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.inputValue('#sort')).toBe('price-desc')
    await page.click('.sort button')
    await page.waitForURL('**/categories/kitchen?sort=price-desc')
    expect(sent).toHaveLength(1)
  }, 60_000)
})

describe('the choice of a variant', () => {
  const stateOf = (value: string) => `(() => {
    const label = document.querySelector('input[value="${value}"] + label')
    const { backgroundColor, borderTopColor } = getComputedStyle(label)
    return { backgroundColor, borderTopColor, text: label.innerText.trim() + (label.querySelector('[data-sold-out]').hidden ? '' : ' (sold out)') }
  })()`

  it('is visible in forced colours', async () => {
    await page.emulateMedia({ forcedColors: 'active' })
    await page.goto(`${site.origin}/product-options`)
    const [chosen, other] = [await page.evaluate(stateOf('Pine')), await page.evaluate(stateOf('Bark'))]
    expect(chosen).not.toMatchObject({
      backgroundColor: (other as { backgroundColor: string }).backgroundColor,
    })
    await page.emulateMedia({ forcedColors: 'none' })
  }, 60_000)

  it('marks values that are sold out in combination with the chosen ones, after each choice', async () => {
    // The shirt is sold out as Bark L, as Pine M, as Leaf gold S, and as XL in every colour; Pine M is chosen.
    const marked = async () =>
      page.$$eval('.option-value', (labels) =>
        labels
          .filter(
            (label) => !(label.querySelector('[data-sold-out]') as unknown as { hidden: boolean }).hidden,
          )
          .map((label) => label.querySelector('span')!.textContent),
      )
    await page.goto(`${site.origin}/product-options`)
    expect(await marked()).toEqual(['Pine', 'M', 'XL'])
    await page.click('label:has-text("Bark")')
    expect(await marked()).toEqual(['Pine', 'L', 'XL'])
  }, 60_000)
})

/** Finds controls outside of the window, and a page that is wider than the window. */
const CONTROLS_OUT_OF_REACH = `(() => {
  const out = []
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth > width) out.push('is ' + document.documentElement.scrollWidth + ' px wide')
  for (const control of document.querySelectorAll('a, button, input, select, summary')) {
    const { left, right, width: size } = control.getBoundingClientRect()
    if (size < 2 || control.closest('.skip-link')) continue
    if (left < -1 || right > width + 1) out.push(control.textContent.trim() + ' is at ' + left + ' to ' + right)
  }
  return out
})()`

/** Finds words of up to twelve letters that break over two lines without a hyphen. */
const BROKEN_WORDS = `(() => {
  const broken = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode
    if (parentElement.closest('.visually-hidden, script, code')) continue
    for (const word of data.matchAll(/[^\\s-]+/g)) {
      const range = new Range()
      range.setStart(texts.currentNode, word.index)
      range.setEnd(texts.currentNode, word.index + word[0].length)
      const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom)))
      if (lines.size > 1 && word[0].length <= 12) broken.push(word[0] + ' in ' + parentElement.outerHTML.slice(0, 100))
    }
  }
  return broken
})()`

/** Finds controls below the target size of WCAG 2.5.8 that are not part of a sentence. */
const SMALL_TARGETS = `(() => {
  const small = []
  for (const control of document.querySelectorAll('a, button, input, select, summary')) {
    const { width, height } = control.getBoundingClientRect()
    const label = control.labels?.[0]?.getBoundingClientRect()
    if (width < 2 || getComputedStyle(control).display === 'inline') continue
    if (control.type === 'radio' || control.type === 'checkbox' ? (label?.height ?? 0) < 24 : width < 24 || height < 24)
      small.push(control.outerHTML.slice(0, 120) + ' is ' + width + ' x ' + height)
  }
  return small
})()`

/** Appends a long word to elements with texts from users and imports, and finds those that widen the page. */
const OVERFLOWS_OF_LONG_WORDS = `(() => {
  const wide = []
  const places = 
    'h1, h3 a, address, .lead, .chip, .aside-note, .summary-line div p, .cart-line-variant, ' +
    '.review dd:not(.review-change), .breadcrumbs span'
  for (const place of document.querySelectorAll(places)) {
    const text = document.createTextNode(' ' + 'W'.repeat(60))
    place.append(text)
    const { scrollWidth } = document.documentElement
    if (scrollWidth > innerWidth) wide.push(place.outerHTML.slice(0, 100) + ' makes it ' + scrollWidth)
    text.remove()
  }
  return wide
})()`

const ALWAYS = [CONTROLS_OUT_OF_REACH, SMALL_TARGETS, OVERFLOWS_OF_LONG_WORDS]
