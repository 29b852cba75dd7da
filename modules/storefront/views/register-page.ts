import { html } from '#runtime/html/html.ts'
import { type FormState, formTitle, textField, withErrorSummary } from './form-fields.ts'
import { links, loginFor } from './links.ts'
import type { PageContent } from './page-content.ts'

export type RegisterPageProps = {
  /** The fields `name`, `email` and `password`. */
  form: FormState
  /** The path to redirect to afterwards, such as the checkout. */
  next: string
}

export function registerPage({ form, next }: RegisterPageProps): PageContent {
  return {
    title: formTitle('Create an account', form),
    personal: true,
    body: html`<div class="width narrow"><h1>Create an account</h1>
<p class="lead">Keep your orders and addresses in one place. You can also order without an account.</p>
${withErrorSummary(
  form,
  html`<form class="form" action="${links.register}" method="post" novalidate>
<input type="hidden" name="next" value="${next}">
${textField(form, 'name', { label: 'Name', autocomplete: 'name', maxlength: 200 })}
${textField(form, 'email', { label: 'Email', type: 'email', inputmode: 'email', autocomplete: 'username', maxlength: 254 })}
${textField(form, 'password', { label: 'Password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters, for example several unrelated words', maxlength: 200 })}
<div class="step-buttons"><button class="button button-large" type="submit">Create account</button></div>
</form>`,
)}
<p class="form-foot">Already have an account? <a href="${loginFor(next)}">Log in</a></p></div>`,
  }
}
