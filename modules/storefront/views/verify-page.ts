import { html } from '#runtime/html/html.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** Asks whoever followed the link of a mail to confirm that the address is theirs. */
export function verifyPage({ token }: { token: string }): PageContent {
  return {
    title: 'Confirm your email address',
    personal: true,
    body: html`<div class="width narrow"><h1>Confirm your email address</h1>
<p class="lead">Confirm it if you have created an account here. If you have not, close this page and nothing will happen.</p>
<form class="form" action="${links.verify}" method="post">
<input type="hidden" name="token" value="${token}">
<div class="step-buttons"><button class="button button-large" type="submit">Confirm my address</button></div>
</form></div>`,
  }
}
