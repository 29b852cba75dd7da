import sanitizeHtml from 'sanitize-html'

/**
 * Sanitises a description: keeps only paragraphs, lists, tables, headings, emphasis, links and pictures. The result is
 * safe to insert into pages. `h1` and `h2` belong to the page, so headings start at `h3`. Pictures keep the URL of
 * their original or a URL of the shop; `replacePictures` later replaces the originals.
 */
export function sanitizeDescription(html: string): string {
  let clean = sanitizeHtml(html, allowed).trim()
  if (clean === html) return clean
  // Removed elements can leave invalid nesting, which another pass corrects
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const again = sanitizeHtml(clean, allowed).trim()
    if (again === clean) break
    clean = again
  }
  return clean
}

const MAX_PASSES = 5
const MAX_URL_LENGTH = 2048
const OWN_PICTURE = /^\/pictures\/pic_[0-9a-z]+$/

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...[
      'p',
      'div',
      'br',
      'h3',
      'h4',
      'blockquote',
      'ul',
      'ol',
      'li',
      'strong',
      'em',
      'sub',
      'sup',
      'a',
      'img',
    ],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    img: ['src', 'alt', 'width', 'height', 'loading'],
    th: ['colspan', 'rowspan'],
    td: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nestingLimit: 30,
  transformTags: {
    b: 'strong',
    i: 'em',
    h1: 'h3',
    h2: 'h3',
    h5: 'h4',
    h6: 'h4',
    // Links in a description come from vendors: search engines must not count them as the shop's recommendations
    a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow' }),
    img: (tagName, attribs) => ({ tagName, attribs: pictureAttributes(attribs) }),
  },
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && attribs.src === undefined,
}

/** The attributes of a picture, normalised and in a fixed order; none if its URL is invalid. */
function pictureAttributes({
  src = '',
  alt = '',
  width,
  height,
}: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const url = normalisePictureUrl(src.trim())
  if (url === undefined) return {}
  return {
    src: url,
    alt,
    ...(isSize(width) && { width }),
    ...(isSize(height) && { height }),
    loading: 'lazy',
  }
}

function normalisePictureUrl(src: string): string | undefined {
  if (OWN_PICTURE.test(src)) return src
  const url = URL.parse(src.startsWith('//') ? `https:${src}` : src)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  return url && isWeb && url.href.length <= MAX_URL_LENGTH ? url.href : undefined
}

/** Whether a value is a size in pixels. Browsers use only these to reserve space for a picture. */
function isSize(value: string | undefined): value is string {
  return value !== undefined && /^[1-9]\d{0,3}$/.test(value)
}
