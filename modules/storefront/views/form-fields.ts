import { attributes, type Html, html } from '#runtime/html/html.ts'
import { icons } from './icons.ts'

export type FieldError = {
  field: string
  message: string
  /** Where to mend it, when that is not in the field. */
  href?: string
}

/** What a form shows: the values as they were sent, and what was wrong with them. */
export type FormState = { values: Record<string, string | undefined>; errors: readonly FieldError[] }

export const emptyForm: FormState = { values: {}, errors: [] }

export type FieldOptions = {
  label: string
  /** Input type, `text` unless told. */
  type?: 'text' | 'email' | 'tel' | 'password' | 'search' | 'number'
  /** Token of the HTML autofill specification, such as `shipping postal-code`. */
  autocomplete?: string
  inputmode?: 'numeric' | 'email' | 'tel'
  hint?: string
  /** Fields are required unless told. */
  optional?: boolean
  /** Where it is neither: whether it is needed is not known yet. */
  required?: boolean
  maxlength?: number
  /** It is there, and not shown. */
  hidden?: boolean
  /** The part of an address that scripts name after the country. */
  part?: string
  /** Class of the wrapper, for the width of the field. */
  width?: 'full' | 'half' | 'third' | 'two-thirds'
}

/** The id of a field's control, by which labels, errors and the summary refer to it. */
export function fieldId(name: string): string {
  return `field-${name.replace(/[^a-zA-Z0-9]+/g, '-')}`
}

/** A label with its text input, hint and error; `name` is also the field's name in errors. */
export function textField(form: FormState, name: string, options: FieldOptions): Html {
  const type = options.type ?? 'text'
  const input = attributes({
    id: fieldId(name),
    name,
    type,
    value: type === 'password' ? undefined : (form.values[name] ?? ''),
    autocomplete: options.autocomplete,
    inputmode: options.inputmode,
    maxlength: options.maxlength,
    spellcheck: type === 'email' || type === 'password' ? 'false' : undefined,
    autocapitalize: type === 'email' ? 'none' : undefined,
    ...stateOf(form, name, options),
  })
  return fieldFrame(form, name, options, html`<input class="input"${input}>`)
}

/** A label with its drop-down list, hint and error. */
export function selectField(
  form: FormState,
  name: string,
  options: FieldOptions,
  choices: readonly { value: string; label: string }[],
): Html {
  const chosen = form.values[name] ?? ''
  const select = attributes({
    id: fieldId(name),
    name,
    autocomplete: options.autocomplete,
    ...stateOf(form, name, options),
  })
  return fieldFrame(
    form,
    name,
    options,
    html`<select class="input"${select}><option value="">Choose…</option>${choices.map(
      ({ value, label }) =>
        html`<option${attributes({ value, selected: value === chosen })}>${label}</option>`,
    )}</select>`,
  )
}

function fieldFrame(form: FormState, name: string, options: FieldOptions, control: Html): Html {
  const id = fieldId(name)
  const error = errorOf(form, name)
  const state = attributes({ hidden: options.hidden, 'data-part': options.part })
  return html`<div class="field field-${options.width ?? 'full'}${error ? ' field-wrong' : ''}"${state}>
<label for="${id}">${options.label}${options.optional && html` <span class="field-optional">optional</span>`}</label>
${options.hint && html`<p class="field-hint" id="${id}-hint">${options.hint}</p>`}
${error && html`<p class="field-error" id="${id}-error">${icons.warning}<span class="visually-hidden">Error: </span>${error}</p>`}
${control}
</div>`
}

function stateOf(form: FormState, name: string, options: FieldOptions) {
  const id = fieldId(name)
  const wrong = errorOf(form, name) !== undefined
  const described = [options.hint ? `${id}-hint` : '', wrong ? `${id}-error` : ''].filter(Boolean).join(' ')
  return {
    required: options.required ?? !options.optional,
    'aria-invalid': wrong ? 'true' : undefined,
    'aria-describedby': described || undefined,
  }
}

/** What is wrong with one field, if anything. */
export function errorOf(form: FormState, name: string): string | undefined {
  return form.errors.find(({ field }) => field === name)?.message
}

/** A page's forms, below what is wrong with them in the order of their fields. */
export function withErrorSummary(form: FormState, content: Html): Html {
  const markup = String(content)
  const place = ({ field }: FieldError) => markup.indexOf(`id="${fieldId(field)}"`)
  const errors = form.errors.toSorted((a, b) => place(a) - place(b))
  return html`${errorSummary({ ...form, errors })}
${content}`
}

/**
 * Everything that is wrong with a form, each with a link to its field; nothing when all is well. It takes the
 * focus when the page opens, so that a screen reader starts with it.
 */
export function errorSummary(form: FormState): Html | false {
  return (
    form.errors.length > 0 &&
    html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="error-summary-title">
<h2 id="error-summary-title">${icons.warning}Please check ${form.errors.length === 1 ? 'one thing' : `${form.errors.length} things`}</h2>
<ul>${form.errors.map(({ field, message, href }) => html`<li><a href="${href ?? `#${fieldId(field)}`}">${message}</a></li>`)}</ul>
</div>`
  )
}

/** The start of a page's title: says `Error` first when the form has any. */
export function formTitle(title: string, form: FormState): string {
  return form.errors.length > 0 ? `Error: ${title}` : title
}
