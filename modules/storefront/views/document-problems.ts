const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))

/** An element. Its content is the page from index `start` to index `end`. */
type Element = { name: string; attributes: Map<string, string>; start: number; end: number }

/**
 * Finds problems in the markup of a page, for tests: unclosed elements, duplicate ids, broken references, controls
 * without a label, errors and headings out of order, and violations of the content security policy. It parses only HTML
 * as the templates of the views write it.
 */
export function documentProblems(page: string): string[] {
  const problems: string[] = []
  const elements = readElements(page, problems)
  const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? [])
  const known = new Set(ids)
  if (known.size < ids.length)
    problems.push(`uses ids more than once: ${ids.filter((id, at) => ids.indexOf(id) !== at)}`)
  for (const id of ids) if (/\s/.test(id) || id === '') problems.push(`has the invalid id "${id}"`)
  for (const element of elements) {
    problems.push(...brokenReferences(element, known), ...policyViolations(element, page))
    problems.push(...missingNames(element, elements, page))
  }
  return [...problems, ...summaryProblems(elements), ...headingProblems(elements)]
}

function readElements(page: string, problems: string[]): Element[] {
  const elements: Element[] = []
  const open: Element[] = []
  for (const tag of page.matchAll(
    /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z0-9:_-]+(?:="[^"]*")?)*)\s*(\/?)>/g,
  )) {
    const [all, closing, name, attributes, selfClosing] = tag
    if (closing) {
      const last = open.pop()
      if (last?.name !== name) problems.push(`closes ${name} where ${last?.name} is open`)
      if (last) last.end = tag.index
      continue
    }
    const element = {
      name: name!,
      attributes: readAttributes(attributes!),
      start: tag.index + all.length,
      end: 0,
    }
    elements.push(element)
    if (!selfClosing && !VOID.has(name!)) open.push(element)
  }
  if (open.length > 0) problems.push(`leaves ${open.map(({ name }) => name)} open`)
  return elements
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name, value] of text.matchAll(/([a-zA-Z0-9:_-]+)(?:="([^"]*)")?/g))
    attributes.set(name!, value ?? '')
  return attributes
}

function brokenReferences({ attributes }: Element, known: Set<string>): string[] {
  const href = attributes.get('href') ?? ''
  const references = ['for', 'aria-describedby', 'aria-labelledby'].flatMap(
    (name) => attributes.get(name)?.split(' ') ?? [],
  )
  if (href.startsWith('#')) references.push(href.slice(1))
  return references.filter((id) => !known.has(id)).map((id) => `refers to ${id}, which does not exist`)
}

function policyViolations({ name, attributes, start, end }: Element, page: string): string[] {
  const inline = [...attributes.keys()].filter(
    (attribute) => attribute === 'style' || attribute.startsWith('on'),
  )
  const problems = inline.map((attribute) => `has ${attribute} on ${name}, which the policy forbids`)
  const holdsCode = name === 'style' || (name === 'script' && page.slice(start, end).trim() !== '')
  if (holdsCode) problems.push(`has code in ${name}, which the policy forbids`)
  if (/^\s*javascript:/i.test(attributes.get('href') ?? '')) problems.push('links to a script')
  return problems
}

function missingNames(element: Element, elements: readonly Element[], page: string): string[] {
  const { name, attributes } = element
  if (name === 'img' && !attributes.has('alt')) return ['has a picture without an alternative text']
  if (name === 'a' || name === 'button') {
    return textOf(element, page) === '' ? [`has a ${name} without a name`] : []
  }
  const needsLabel = name === 'select' || (name === 'input' && attributes.get('type') !== 'hidden')
  if (!needsLabel) return []
  const label = elements.find(
    (other) => other.name === 'label' && other.attributes.get('for') === attributes.get('id'),
  )
  return label && textOf(label, page) !== '' ? [] : [`has ${name} ${attributes.get('name')} without a label`]
}

function textOf({ start, end }: Element, page: string): string {
  return page
    .slice(start, end)
    .replace(/<[^>]*>/g, '')
    .trim()
}

/** The links of an error summary must be in the order of their fields. */
function summaryProblems(elements: readonly Element[]): string[] {
  const targets = elements.flatMap(({ name, attributes }) => {
    const href = attributes.get('href') ?? ''
    return name === 'a' && href.startsWith('#field-') ? [href.slice(1)] : []
  })
  const positions = targets.map(
    (id) => elements.find(({ attributes }) => attributes.get('id') === id)?.start ?? -1,
  )
  return positions.some((position, at) => at > 0 && position < positions[at - 1]!)
    ? [`lists errors in a different order from their fields: ${targets}`]
    : []
}

function headingProblems(elements: readonly Element[]): string[] {
  const levels = elements.filter(({ name }) => /^h[1-6]$/.test(name)).map(({ name }) => Number(name[1]))
  const topLevels = levels.filter((level) => level === 1).length
  const problems = topLevels === 1 ? [] : [`has ${topLevels} h1 instead of one`]
  // The error summary of a form may come before the h1, but no level may be skipped
  levels.forEach((level, at) => {
    if (at > 0 && level > levels[at - 1]! + 1) problems.push(`goes from h${levels[at - 1]} to h${level}`)
  })
  return problems
}
