import { html } from '#runtime/html/html.ts'
import { breadcrumbs } from './breadcrumbs.ts'
import { type FormState, formTitle, textField, withErrorSummary } from './form-fields.ts'
import { links } from './links.ts'
import type { PageContent } from './page-content.ts'

/** Forms for the customer's name and password. `form` has the fields `name`, `password.current` and `password.new`. */
export function accountDetailsPage({ form }: { form: FormState }): PageContent {
  const title = 'Name and password'
  return {
    title: formTitle(title, form),
    personal: true,
    body: html`<div class="width">${breadcrumbs([{ href: links.account, title: 'Account' }], title)}
<div class="narrow-form"><h1>${title}</h1>
${withErrorSummary(
  form,
  html`<form class="form" action="${links.details}" method="post" novalidate>
${textField(form, 'name', { label: 'Name', autocomplete: 'name', maxlength: 200 })}
<div class="step-buttons"><button class="button" type="submit">Save name</button></div>
</form>
<section class="section" aria-labelledby="password-title"><h2 id="password-title">Change your password</h2>
<p class="lead">You will be logged out on all other devices.</p>
<form class="form" action="${links.password}" method="post" novalidate>
${textField(form, 'password.current', { label: 'Current password', type: 'password', autocomplete: 'current-password', maxlength: 200 })}
${textField(form, 'password.new', { label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'At least 10 characters, for example several unrelated words', maxlength: 200 })}
<div class="step-buttons"><button class="button" type="submit">Change password</button><a class="quiet-link" href="${links.passwordReset}">Forgotten your password?</a></div>
</form></section>`,
)}</div></div>`,
  }
}
