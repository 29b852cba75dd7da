import { html } from '#runtime/html/html.ts'
import { type FormState, formTitle, textField, withErrorSummary } from './form-fields.ts'
import { links, registerFor } from './links.ts'
import type { PageContent } from './page-content.ts'

export type LoginPageProps = {
  /** The fields `email` and `password`. */
  form: FormState
  /** The path to redirect to after the login, such as the checkout. */
  next: string
}

export function loginPage({ form, next }: LoginPageProps): PageContent {
  return {
    title: formTitle('Log in', form),
    personal: true,
    body: html`<div class="width narrow"><h1>Log in</h1>
${withErrorSummary(
  form,
  html`<form class="form" action="${links.login}" method="post" novalidate>
<input type="hidden" name="next" value="${next}">
${textField(form, 'email', { label: 'Email', type: 'email', inputmode: 'email', autocomplete: 'username', maxlength: 254 })}
${textField(form, 'password', { label: 'Password', type: 'password', autocomplete: 'current-password', maxlength: 200 })}
<div class="step-buttons"><button class="button button-large" type="submit">Log in</button><a class="quiet-link" href="${links.passwordReset}">Forgotten your password?</a></div>
</form>`,
)}
<p class="form-foot">New here? <a href="${registerFor(next)}">Create an account</a></p></div>`,
  }
}
