import { attributes, type Html, html } from '#runtime/html/html.ts'
import { errorOf, type FormState, fieldId } from './form-fields.ts'
import { icons } from './icons.ts'

export type Choice = { value: string; label: string; hint?: string | undefined; aside?: string | undefined }

/**
 * A group of large radio buttons under a legend. The first one has the field's id, to which the error summary links.
 */
export function choiceList(form: FormState, name: string, legend: string, choices: readonly Choice[]): Html {
  const chosen = form.values[name]
  const error = errorOf(form, name)
  return html`<fieldset class="choices${error ? ' field-wrong' : ''}">
<legend>${legend}</legend>
${error && html`<p class="field-error" id="${fieldId(name)}-error">${icons.warning}<span class="visually-hidden">Error: </span>${error}</p>`}
${choices.map((choice, index) => {
  const id = index === 0 ? fieldId(name) : `${fieldId(name)}-${index + 1}`
  const radio = attributes({
    id,
    name,
    value: choice.value,
    checked: choice.value === chosen,
    required: true,
    'aria-describedby': error ? `${fieldId(name)}-error` : undefined,
  })
  return html`<label class="choice" for="${id}"><input type="radio"${radio}><span class="choice-text"><span class="choice-label">${choice.label}</span>${
    choice.hint && html`<span class="choice-hint">${choice.hint}</span>`
  }</span>${choice.aside && html`<span class="choice-aside">${choice.aside}</span>`}</label>`
})}
</fieldset>`
}
