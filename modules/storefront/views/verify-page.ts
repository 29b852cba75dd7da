import { html } from '#runtime/html/html.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** Asks the visitor to confirm an email address, after they followed the link in the email. */
export function verifyPage({ token }: { token: string }): PageContent {
  return {
    title: 'Confirm your email address',
    personal: true,
    body: html`<div class="width narrow"><h1>Confirm your email address</h1>
<p class="lead">If you have created an account here, please confirm your address. If not, you can close this page.</p>
<form class="form" action="${links.verify}" method="post">
<input type="hidden" name="token" value="${token}">
<div class="step-buttons"><button class="button button-large" type="submit">Confirm my address</button></div>
</form></div>`,
  }
}
