import type { Scope } from '../world.ts'

/** What a page answers: HTML, or a redirect. */
export type PageReply = { status: number; html: string } | { location: string }

/** A page of the emulator's own, on which a shopper acts. */
export interface PageRequest {
  scope: Scope
  /** The object's id in the path. */
  id: string
  /** The fields of the form; undefined for GET. */
  fields: Record<string, string> | undefined
  /** The page is in a frame of the shop's page. */
  isEmbedded: boolean
}

export function pageOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body { font: 16px/1.5 sans-serif; max-width: 28rem; margin: 2rem auto; padding: 0 1rem } label { display: block; margin: 1rem 0 } input { display: block; width: 100%; font: inherit; padding: 0.5rem; box-sizing: border-box } button { font: inherit; padding: 0.5rem 1rem; margin-right: 0.5rem }</style>
<h1>${title}</h1>
${body}
`
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

export function amountText({ amount, currency }: { amount: number; currency: string }): string {
  return `${amount} ${currency.toUpperCase()} (minor units)`
}
