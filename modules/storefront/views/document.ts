import { attributes, type Html, html } from '#runtime/html/html.ts'
import { isolateBidi } from '#shared/isolate-bidi.ts'
import type { Frame } from './frame.ts'
import { icons, logoMark } from './icons.ts'
import { links } from './links.ts'
import { noticeBar } from './notice-bar.ts'
import type { PageContent } from './page-content.ts'
import { shopFooter } from './shop-footer.ts'
import { shopHeader } from './shop-header.ts'

/** Renders the HTML document: a page's content with the header and footer for one visitor. */
export function renderDocument(frame: Frame, page: PageContent): string {
  const title =
    page.title === frame.shopName ? page.title : `${isolateBidi(page.title)} · ${isolateBidi(frame.shopName)}`
  const version = frame.assetsVersion === undefined ? '' : `?v=${encodeURIComponent(frame.assetsVersion)}`
  const checkout = page.frame === 'checkout'
  const absolute = (url: string) => (url.startsWith('/') ? frame.publicUrl + url : url)
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${page.description && html`<meta name="description" content="${page.description}">`}
${page.personal && html`<meta name="robots" content="noindex">`}
<meta property="og:title" content="${page.title}">
<meta property="og:site_name" content="${frame.shopName}">
${page.pictureUrl && html`<meta property="og:image" content="${absolute(page.pictureUrl)}">`}
${page.path && html`<meta property="og:url" content="${absolute(page.path)}">\n<link rel="canonical" href="${absolute(page.path)}">`}
<meta name="theme-color" content="#f6f2e9">
<link rel="icon" href="/assets/favicon.svg${version}" type="image/svg+xml">
<link rel="stylesheet" href="/assets/shop.css${version}">
<script src="/assets/shop.js${version}" defer></script>
</head>
<body${attributes({ class: checkout ? 'in-checkout' : undefined })}>
<a class="skip-link" href="#main">Skip to content</a>
${checkout ? checkoutHeader(frame, page.backLink) : shopHeader(frame)}
${frame.notice && noticeBar(frame.notice)}${frame.unpaid && noticeBar(frame.unpaid)}${frame.notes?.map((text) => noticeBar({ kind: 'note', text }))}
<main id="main" tabindex="-1">
${page.body}
</main>
${checkout ? checkoutFooter() : shopFooter(frame)}
</body>
</html>`}\n`
}

function checkoutHeader(
  frame: Frame,
  { href, text } = { href: links.cart as string, text: 'Back to cart' },
): Html {
  return html`<header class="checkout-header"><div class="width row-between">
<a class="logo" href="${links.home}">${logoMark}<span>${frame.shopName}</span></a>
<a class="quiet-link" href="${href}">${text}</a>
</div></header>`
}

function checkoutFooter(): Html {
  return html`<footer class="checkout-footer"><div class="width"><p>${icons.lock}The total that you confirm is the total that you pay.</p></div></footer>`
}
