import type { ContractChange, Step } from './change.ts'
import type { ReleasedContract, ReleasedFailure, ReleasedMethod } from './released.ts'
import { sameSchema } from './schema-differences.ts'
import { differencesInSchema, type SchemaUse } from './schema-rules.ts'

const BESIDE = 'Make it a new method beside the old one, and remove the old one with a major version'
const NOTHING = 'Nothing'

/** One method of two versions. */
interface Pair {
  subject: string
  /** JSON Pointer to it. */
  at: string
  before: ReleasedMethod
  now: ReleasedMethod
}

/** The changes in the methods of a contract. */
export function compareMethods(before: ReleasedContract, now: ReleasedContract): ContractChange[] {
  const names = new Set([...Object.keys(before.methods), ...Object.keys(now.methods)])
  return [...names].flatMap((name): ContractChange[] => {
    const subject = `${before.name}.${name}`
    const at = `/methods/${name}`
    const [method, methodNow] = [before.methods[name], now.methods[name]]
    if (!methodNow) {
      const why = 'Breaks callers: they get NOT_FOUND'
      const remedy = 'Keep it until nobody calls it, then remove it with a major version'
      return [{ step: 'major', subject, at, what: `the ${method!.kind} is gone`, why, remedy }]
    }
    if (!method) {
      const why = 'Breaks nobody: but implementers at the old version answer it with NOT_FOUND'
      const remedy = 'Deploy the module before those that call it'
      return [{ step: 'minor', subject, at, what: `the ${methodNow.kind} is new`, why, remedy }]
    }
    const pair = { subject, at, before: method, now: methodNow }
    const use = { subject, sender: 'callers', receiver: 'implementers' } as const
    const answer: SchemaUse = { subject, direction: 'output', sender: 'implementers', receiver: 'callers' }
    return [
      ...compareKind(pair),
      ...compareAccess(pair),
      ...compareRest(pair),
      ...differencesInSchema(method.input, methodNow.input, `${at}/input`, { ...use, direction: 'input' }),
      ...differencesInSchema(method.output, methodNow.output, `${at}/output`, answer),
      ...compareFailures(pair, answer),
      ...compareIdentifies(pair),
      ...compareTimeout(pair),
      ...compareNotes(pair),
    ]
  })
}

function compareKind({ subject, at, before, now }: Pair): ContractChange[] {
  if (before.kind === now.kind) return []
  const why =
    now.kind === 'command'
      ? 'Breaks callers: they repeat a query without a key, so that it may be executed twice'
      : 'Breaks callers: they count on the key that makes a command count once'
  const what = `was a ${before.kind}, is a ${now.kind}`
  return [{ step: 'major', subject, at: `${at}/kind`, what, why, remedy: BESIDE }]
}

function compareAccess({ subject, at, before, now }: Pair): ContractChange[] {
  if (before.access === now.access) return []
  const place = { subject, at: `${at}/access`, what: `was ${before.access}, is ${now.access}` }
  if (now.access === 'public')
    return [{ ...place, step: 'minor', why: 'Breaks nobody: more may call it', remedy: NOTHING }]
  const why =
    now.access === 'internal'
      ? 'Breaks callers: those outside the shop cannot call it any more'
      : `Breaks callers: those that are not ${now.access} are refused`
  return [{ ...place, step: 'major', why, remedy: BESIDE }]
}

function compareRest({ subject, at, before, now }: Pair): ContractChange[] {
  const [rest, restNow] = [before.rest, now.rest]
  if (sameSchema(rest, restNow)) return []
  const place = { subject, at: `${at}/rest` }
  if (!rest) {
    const what = `has the route ${restNow!.method} ${restNow!.path}`
    return [{ ...place, step: 'minor', what, why: 'Breaks nobody: the route is new', remedy: NOTHING }]
  }
  if (!restNow || rest.method !== restNow.method || rest.path !== restNow.path) {
    const route = restNow ? `${restNow.method} ${restNow.path}` : 'not in the public API'
    const what = `was ${rest.method} ${rest.path}, is ${route}`
    const why = 'Breaks callers: clients of the public API that use the old route get 404 or 405'
    return [{ ...place, step: 'major', what, why, remedy: BESIDE }]
  }
  const show = ({ status = 200, raw }: NonNullable<typeof rest>) => `${status}${raw ? ', raw' : ''}`
  const why = rest.raw === restNow.raw ? 'they look for the old status' : 'they send the body in another form'
  const what = `answers with ${show(restNow)}, before with ${show(rest)}`
  return [{ ...place, step: 'major', what, why: `Breaks callers: ${why}`, remedy: 'Keep it as it is' }]
}

function compareFailures({ subject, at, before, now }: Pair, answer: SchemaUse): ContractChange[] {
  const codes = new Set([...Object.keys(before.failures), ...Object.keys(now.failures)])
  return [...codes].flatMap((code): ContractChange[] => {
    const [failure, failureNow] = [before.failures[code], now.failures[code]]
    const place = { subject, at: `${at}/failures/${code}` }
    if (!failureNow) {
      const why = 'Breaks nobody: callers have a case for it that no longer happens'
      return [{ ...place, step: 'patch', what: 'the failure is gone', why, remedy: NOTHING }]
    }
    if (!failure) {
      const why = 'Breaks nobody: but callers at the old version get INTERNAL in its place'
      const remedy = 'Give it only where the call would have failed before, or where a new member asks for it'
      return [{ ...place, step: 'minor', what: `the failure is new (${failureNow.status})`, why, remedy }]
    }
    const changes = compareFailureData(failure, failureNow, place, answer)
    if (failure.status === failureNow.status) return changes
    const what = `had the status ${failure.status}, has ${failureNow.status}`
    const why = 'Breaks callers: clients of the public API tell failures apart by it'
    const remedy = 'Keep the status, or make it a new failure with a code of its own'
    return [{ ...place, at: `${place.at}/status`, step: 'major', what, why, remedy }, ...changes]
  })
}

function compareFailureData(
  before: ReleasedFailure,
  now: ReleasedFailure,
  place: { subject: string; at: string },
  answer: SchemaUse,
): ContractChange[] {
  const at = `${place.at}/data`
  if (before.data && now.data) return differencesInSchema(before.data, now.data, at, answer)
  if (before.data) {
    const why = 'Breaks callers: those that use it find nothing there'
    return [
      { ...place, at, step: 'major', what: 'comes without data', why, remedy: 'Keep the data as it is' },
    ]
  }
  if (!now.data) return []
  const why = 'Breaks nobody: but callers get none from implementers at the old version'
  return [
    {
      ...place,
      at,
      step: 'minor',
      what: 'comes with data',
      why,
      remedy: 'Do without it where it is missing',
    },
  ]
}

function compareIdentifies({ subject, at, before, now }: Pair): ContractChange[] {
  const [prefixes, prefixesNow] = [before.identifies ?? [], now.identifies ?? []]
  const gone = prefixes.filter((prefix) => !prefixesNow.includes(prefix))
  const fresh = prefixesNow.filter((prefix) => !prefixes.includes(prefix))
  const place = { subject, at: `${at}/identifies` }
  const why = 'Breaks callers: who holds such a token is nobody any more'
  const remedy = 'Keep the prefix as long as such tokens are valid'
  return [
    ...gone.map((prefix): ContractChange => {
      const what = `no longer identifies tokens that begin with ${prefix}`
      return { ...place, step: 'major', what, why, remedy }
    }),
    ...fresh.map((prefix): ContractChange => {
      const what = `identifies tokens that begin with ${prefix}`
      return { ...place, step: 'minor', what, why: 'Breaks nobody: such tokens are new', remedy: NOTHING }
    }),
  ]
}

function compareTimeout({ subject, at, before, now }: Pair): ContractChange[] {
  if (before.timeoutMs === now.timeoutMs) return []
  const what = `was ${before.timeoutMs} ms, is ${now.timeoutMs} ms`
  const [why, remedy] =
    now.timeoutMs < before.timeoutMs
      ? ['Breaks nobody: but calls that took long end with DEADLINE_EXCEEDED', 'Look how long calls take']
      : ['Breaks nobody: but callers may wait longer', 'Look whether methods that call it wait that long']
  return [{ step: 'patch', subject, at: `${at}/timeoutMs`, what, why, remedy }]
}

/** What changes how a method is run, not what it promises. */
function compareNotes({ subject, at, before, now }: Pair): ContractChange[] {
  const notes = {
    cache: 'answers may be older or newer than they were',
    rateLimit: 'one client address may call it more or less often',
    outside: 'workflows run it inside or outside of their transactions',
  } as const
  const step: Step = 'patch'
  return (Object.keys(notes) as (keyof typeof notes)[])
    .filter((key) => !sameSchema(before[key], now[key]))
    .map((key) => {
      const show = (value: unknown) => JSON.stringify(value) ?? 'not set'
      const what = `was ${show(before[key])}, is ${show(now[key])}`
      const why = `Breaks nobody: ${notes[key]}`
      return { step, subject, at: `${at}/${key}`, what, why, remedy: NOTHING }
    })
}
