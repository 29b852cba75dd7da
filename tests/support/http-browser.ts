/** A page that was loaded, after all redirects. */
export interface ShownPage {
  status: number
  /** Path and query of the last request. */
  path: string
  headers: Headers
  html: string
  /** Its readable text. White space is reduced to single spaces. */
  text: string
  heading: string
}

const MAX_REDIRECTS = 5

/** An HTTP client with cookies and forms, for tests of the behaviour of pages. It renders nothing. */
export class HttpBrowser {
  readonly cookies = new Map<string, string>()
  readonly #origin: string
  readonly #headers: Record<string, string>

  /** `headers` are sent with every request, except those of `raw`. */
  constructor(origin: string, headers: Record<string, string> = {}) {
    this.#origin = origin
    this.#headers = headers
  }

  get(path: string): Promise<ShownPage> {
    return this.#open('GET', path)
  }

  post(path: string, fields: Record<string, string> = {}): Promise<ShownPage> {
    return this.#open('POST', path, fields)
  }

  /** Sends the form of the page with this action. `changes` replace values of its fields. */
  submit(page: ShownPage, action: string, changes: Record<string, string> = {}): Promise<ShownPage> {
    return this.post(action, { ...fieldsOf(page, action), ...changes })
  }

  /** Sends one request with these headers only. Redirects are not followed, and cookies are neither sent nor stored. */
  async raw(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.#origin + path, { method, headers, redirect: 'manual' })
  }

  async #open(method: string, path: string, fields?: Record<string, string>): Promise<ShownPage> {
    let next = { method, path, body: fields && new URLSearchParams(fields) }
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await fetch(this.#origin + next.path, {
        method: next.method,
        headers: { ...this.#headers, ...this.#cookieHeader() },
        redirect: 'manual',
        ...(next.body ? { body: next.body } : {}),
      })
      this.#keepCookies(response)
      const location = response.headers.get('location')
      if (location === null) return await toPage(response, next.path)
      if (!location.startsWith('/') || location.startsWith('//'))
        throw new Error(`${next.method} ${next.path} redirects away from the shop, to ${location}`)
      next = { method: 'GET', path: location, body: undefined }
    }
    throw new Error(`${method} ${path} redirects more than ${MAX_REDIRECTS} times`)
  }

  #cookieHeader(): Record<string, string> {
    if (this.cookies.size === 0) return {}
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }

  #keepCookies(response: Response): void {
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)!
      if (/;\s*(?:max-age=0|expires=thu, 01 jan 1970)/i.test(header)) this.cookies.delete(name!)
      else this.cookies.set(name!, value!)
    }
  }
}

/** The fields that a browser would send with this form: values of inputs, checked boxes and selected options. */
export function fieldsOf(page: ShownPage, action: string): Record<string, string> {
  const forms = [...page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)]
  const form = forms.find(([, attributes]) => attributeOf(attributes!, 'action') === action)
  if (!form) throw new Error(`${page.path} has no form for ${action}. Its text: ${page.text.slice(0, 400)}`)
  const fields: Record<string, string> = {}
  for (const [, tag, attributes, options] of form[2]!.matchAll(
    /<(input|select)\b([^>]*)>(?:((?:<option\b.*?)<\/select>))?/gs,
  )) {
    const name = attributeOf(attributes!, 'name')
    if (name === undefined) continue
    if (tag === 'select') fields[name] = selectedIn(options ?? '')
    else if (!/type="(?:radio|checkbox)"/.test(attributes!) || /\schecked\b/.test(attributes!))
      fields[name] = attributeOf(attributes!, 'value') ?? ''
  }
  return fields
}

function selectedIn(options: string): string {
  const tags = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, attributes]) => attributes!)
  const chosen = tags.find((attributes) => /\sselected\b/.test(attributes)) ?? tags[0] ?? ''
  return attributeOf(chosen, 'value') ?? ''
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1]
  return value === undefined ? undefined : unescapeHtml(value)
}

async function toPage(response: Response, path: string): Promise<ShownPage> {
  const html = await response.text()
  const heading = textOf(/<h1\b[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? '')
  return { status: response.status, path, headers: response.headers, html, text: textOf(html), heading }
}

function textOf(html: string): string {
  const visible = html.replace(/<(script|style|svg)\b.*?<\/\1>/gs, ' ').replace(/<[^>]*>/g, ' ')
  return unescapeHtml(visible).replace(/\s+/g, ' ').trim()
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
