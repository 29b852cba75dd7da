import { html } from '#runtime/html/html.ts'
import { type FormState, formTitle, textField, withErrorSummary } from './form-fields.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** The form to request a link for a new password. `form` has the field `email`. */
export function passwordResetRequestPage({ form }: { form: FormState }): PageContent {
  return {
    title: formTitle('Reset your password', form),
    personal: true,
    body: html`<div class="width narrow"><h1>Reset your password</h1>
<p class="lead">Enter your email address and we will send you a link to set a new password.</p>
${withErrorSummary(
  form,
  html`<form class="form" action="${links.passwordReset}" method="post" novalidate>
${textField(form, 'email', { label: 'Email', type: 'email', inputmode: 'email', autocomplete: 'username', maxlength: 254 })}
<div class="step-buttons"><button class="button button-large" type="submit">Send link</button><a class="quiet-link" href="${links.login}">Back to login</a></div>
</form>`,
)}</div>`,
  }
}

/** The form for the new password, with the token of the link. `form` has the field `password`. */
export function newPasswordPage({ form, token }: { form: FormState; token: string }): PageContent {
  return {
    title: formTitle('Set a new password', form),
    personal: true,
    body: html`<div class="width narrow"><h1>Set a new password</h1>
<p class="lead">You will be logged out on all other devices.</p>
${withErrorSummary(
  form,
  html`<form class="form" action="${links.newPassword}" method="post" novalidate>
<input type="hidden" name="token" value="${token}">
${textField(form, 'password', { label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters, for example several unrelated words', maxlength: 200 })}
<div class="step-buttons"><button class="button button-large" type="submit">Set password</button></div>
</form>`,
)}</div>`,
  }
}
