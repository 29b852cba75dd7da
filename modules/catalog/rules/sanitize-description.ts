import sanitizeHtml from 'sanitize-html'

/**
 * Reduces a description to text with paragraphs, lists, tables, sub-headings, emphasis, links and pictures, whoever sent
 * it: what is stored here goes onto the shop's pages as it is. `h1` and `h2` belong to the page, so headings start at
 * `h3`. Pictures have the address of their original, or one of the shop's own; `placePictures` makes all the latter.
 */
export function sanitizeDescription(html: string): string {
  let clean = sanitizeHtml(html, allowed).trim()
  if (clean === html) return clean
  // What is left out can bring elements together that do not belong into each other, which a second look takes apart.
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const again = sanitizeHtml(clean, allowed).trim()
    if (again === clean) break
    clean = again
  }
  return clean
}

const MAX_LOOKS = 5
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
    // Whoever writes a description does not speak for the shop to search engines.
    a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow' }),
    img: (tagName, attribs) => ({ tagName, attribs: pictureAttributes(attribs) }),
  },
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && attribs.src === undefined,
}

/** In one order, with the address in its normal form; none where it is no address of a picture. */
function pictureAttributes({
  src = '',
  alt = '',
  width,
  height,
}: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const address = pictureAddress(src.trim())
  if (address === undefined) return {}
  return {
    src: address,
    alt,
    ...(isSize(width) && { width }),
    ...(isSize(height) && { height }),
    loading: 'lazy',
  }
}

function pictureAddress(src: string): string | undefined {
  if (OWN_PICTURE.test(src)) return src
  const url = URL.parse(src.startsWith('//') ? `https:${src}` : src)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  return url && isWeb && url.href.length <= MAX_URL_LENGTH ? url.href : undefined
}

/** In pixels; anything else says nothing about the room that a picture needs. */
function isSize(value: string | undefined): value is string {
  return value !== undefined && /^[1-9]\d{0,3}$/.test(value)
}
