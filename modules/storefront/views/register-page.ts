import { html } from '#runtime/http/html.ts'
import { errorSummary, type FormState, formTitle, textField } from './form-fields.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** `form` has the fields `name`, `email` and `password`. */
export function registerPage({ form }: { form: FormState }): PageContent {
  return {
    title: formTitle('Make an account', form),
    personal: true,
    body: html`<div class="width narrow"><h1>Make an account</h1>
<p class="lead">For your orders and addresses in one place. You can buy without one.</p>
${errorSummary(form)}
<form class="form" action="${links.register}" method="post" novalidate>
${textField(form, 'name', { label: 'Name', autocomplete: 'name', maxlength: 200 })}
${textField(form, 'email', { label: 'E-mail', type: 'email', inputmode: 'email', autocomplete: 'username', maxlength: 254 })}
${textField(form, 'password', { label: 'Password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters; a few words are good', maxlength: 200 })}
<div class="step-buttons"><button class="button button-large" type="submit">Make the account</button></div>
</form>
<p class="form-foot">Have one already? <a href="${links.login}">Log in</a></p></div>`,
  }
}
