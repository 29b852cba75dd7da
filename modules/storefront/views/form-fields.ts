import { attributes, type Html, html } from '#runtime/html/html.ts'
import { icons } from './icons.ts'

export type FieldError = {
  field: string
  message: string
  /** The page on which to fix the error, for the link in the error summary. Default: the field. */
  href?: string
}

/** The values and errors of a form, by field name. */
export type FormState = { values: Record<string, string | undefined>; errors: readonly FieldError[] }

export const emptyForm: FormState = { values: {}, errors: [] }

export type FieldOptions = {
  label: string
  /** Input type. Default: `text`. */
  type?: 'text' | 'email' | 'tel' | 'password'
  /** Token of the HTML autofill specification, such as `shipping postal-code`. */
  autocomplete?: string
  inputmode?: 'email' | 'tel'
  hint?: string
  /** Whether the label says that the field is optional. Default: false. */
  optional?: boolean
  /**
   * Whether the browser demands a value. Default: the opposite of `optional`. False for a field without the word
   * "optional" that a script may make required, such as the postal code while no country is chosen.
   */
  required?: boolean
  maxlength?: number
  /** Renders the field, but hides it, so that a script can show it. Default: false. */
  hidden?: boolean
  /**
   * The part of an address that differs between countries. When another country is chosen, a script changes the label of
   * the field, and whether it is required or hidden.
   */
  part?: 'postalCode' | 'region'
  /** The share of the form's width. Default: `full`. */
  width?: 'full' | 'third' | 'two-thirds'
}

/** The id of a field's control, to which labels, errors and the error summary refer. */
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

/** The error of a field, if any. */
export function errorOf(form: FormState, name: string): string | undefined {
  return form.errors.find(({ field }) => field === name)?.message
}

/** Puts an error summary before a page's forms, with the errors in the order of their fields. */
export function withErrorSummary(form: FormState, content: Html): Html {
  const markup = String(content)
  const position = ({ field }: FieldError) => markup.indexOf(`id="${fieldId(field)}"`)
  const errors = form.errors.toSorted((a, b) => position(a) - position(b))
  return html`${errorSummary({ ...form, errors })}
${content}`
}

/**
 * All errors of a form, each with a link to its field; false if there are none. The summary takes the focus when the
 * page opens, so that a screen reader starts with it.
 */
export function errorSummary(form: FormState): Html | false {
  return (
    form.errors.length > 0 &&
    html`<div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby="error-summary-title">
<h2 id="error-summary-title">${icons.warning}Please correct ${form.errors.length === 1 ? 'one error' : `${form.errors.length} errors`}</h2>
<ul>${form.errors.map(({ field, message, href }) => html`<li><a href="${href ?? `#${fieldId(field)}`}">${message}</a></li>`)}</ul>
</div>`
  )
}

/** The title of a page with a form. It begins with `Error` if the form has errors. */
export function formTitle(title: string, form: FormState): string {
  return form.errors.length > 0 ? `Error: ${title}` : title
}
