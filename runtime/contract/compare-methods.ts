import { type ContractChange, NO_REMEDY, type Step } from './change.ts'
import type { ContractJson, FailureJson, MethodJson } from './contract-json.ts'
import { sameSchema } from './schema-differences.ts'
import { differencesInSchema, type SchemaUse } from './schema-rules.ts'

const ADD_NEW_METHOD =
  'Add it as a new method next to the old one, and remove the old one with a major version'

/** One method in two versions of its contract. */
interface Pair {
  subject: string
  /** JSON Pointer to the method. */
  at: string
  before: MethodJson
  now: MethodJson
}

/** The changes in the methods of a contract. */
export function compareMethods(before: ContractJson, now: ContractJson): ContractChange[] {
  const names = new Set([...Object.keys(before.methods), ...Object.keys(now.methods)])
  return [...names].flatMap((name): ContractChange[] => {
    const subject = `${before.name}.${name}`
    const at = `/methods/${name}`
    const [method, methodNow] = [before.methods[name], now.methods[name]]
    if (!methodNow) {
      const why = 'Breaks callers: they get NOT_FOUND'
      const remedy = 'Keep it until nothing calls it, then remove it with a major version'
      return [{ step: 'major', subject, at, what: `the ${method!.kind} is gone`, why, remedy }]
    }
    if (!method) {
      const why = 'Compatible, but implementers at the old version answer with NOT_FOUND'
      const remedy = 'Deploy the module before its callers'
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
      ...compareExecution(pair),
    ]
  })
}

function compareKind({ subject, at, before, now }: Pair): ContractChange[] {
  if (before.kind === now.kind) return []
  const why =
    now.kind === 'command'
      ? 'Breaks callers: they retry a query without an idempotency key, so it may be executed twice'
      : 'Breaks callers: they rely on the idempotency key, which a query ignores'
  const what = `was a ${before.kind}, is a ${now.kind}`
  return [{ step: 'major', subject, at: `${at}/kind`, what, why, remedy: ADD_NEW_METHOD }]
}

function compareAccess({ subject, at, before, now }: Pair): ContractChange[] {
  if (before.access === now.access) return []
  const place = { subject, at: `${at}/access`, what: `was ${before.access}, is ${now.access}` }
  if (now.access === 'public')
    return [{ ...place, step: 'minor', why: 'Compatible: more callers may call it', remedy: NO_REMEDY }]
  const why =
    now.access === 'internal'
      ? 'Breaks callers: those outside the shop can no longer call it'
      : `Breaks callers: those that are not ${now.access} are refused`
  return [{ ...place, step: 'major', why, remedy: ADD_NEW_METHOD }]
}

function compareRest({ subject, at, before, now }: Pair): ContractChange[] {
  const [rest, restNow] = [before.rest, now.rest]
  const place = { subject, at: `${at}/rest` }
  if (!rest) {
    if (!restNow) return []
    const what = `has the route ${restNow.method} ${restNow.path}`
    return [{ ...place, step: 'minor', what, why: 'Compatible: the route is new', remedy: NO_REMEDY }]
  }
  if (!restNow || rest.method !== restNow.method || rest.path !== restNow.path) {
    const route = restNow ? `${restNow.method} ${restNow.path}` : 'not in the public API'
    const what = `was ${rest.method} ${rest.path}, is ${route}`
    const why = 'Breaks callers: clients of the public API that use the old route get 404 or 405'
    return [{ ...place, step: 'major', what, why, remedy: ADD_NEW_METHOD }]
  }
  const breaks = (what: string, why: string): ContractChange => {
    return { ...place, step: 'major', what, why: `Breaks callers: ${why}`, remedy: 'Leave it unchanged' }
  }
  const [status, statusNow] = [rest.status ?? 200, restNow.status ?? 200]
  const body = (raw: true | undefined) => (raw ? 'the unparsed request body' : 'the parsed request body')
  return [
    ...(status === statusNow
      ? []
      : [breaks(`answered with ${status}, answers with ${statusNow}`, 'they expect the old status')]),
    ...(rest.raw === restNow.raw
      ? []
      : [
          breaks(`took ${body(rest.raw)}, takes ${body(restNow.raw)}`, 'their requests are read differently'),
        ]),
  ]
}

function compareFailures({ subject, at, before, now }: Pair, answer: SchemaUse): ContractChange[] {
  const codes = new Set([...Object.keys(before.failures), ...Object.keys(now.failures)])
  return [...codes].flatMap((code): ContractChange[] => {
    const [failure, failureNow] = [before.failures[code], now.failures[code]]
    const place = { subject, at: `${at}/failures/${code}` }
    if (!failureNow) {
      const why = 'Compatible: callers handle a case that no longer happens'
      return [{ ...place, step: 'patch', what: 'the failure is gone', why, remedy: NO_REMEDY }]
    }
    if (!failure) {
      const why = 'Compatible, but callers at the old version get INTERNAL instead'
      const remedy =
        'Use it only where the call failed before, or where a new member of the input requests it'
      return [{ ...place, step: 'minor', what: `the failure is new (${failureNow.status})`, why, remedy }]
    }
    const changes = compareFailureData(failure, failureNow, place, answer)
    if (failure.status === failureNow.status) return changes
    const what = `had the status ${failure.status}, has ${failureNow.status}`
    const why = 'Breaks callers: clients of the public API distinguish failures by the status'
    const remedy = 'Keep the status, or add a new failure with its own code'
    return [{ ...place, at: `${place.at}/status`, step: 'major', what, why, remedy }, ...changes]
  })
}

function compareFailureData(
  before: FailureJson,
  now: FailureJson,
  place: { subject: string; at: string },
  answer: SchemaUse,
): ContractChange[] {
  const at = `${place.at}/data`
  if (before.data && now.data) return differencesInSchema(before.data, now.data, at, answer)
  if (before.data) {
    const why = 'Breaks callers: those that use the data no longer get it'
    return [
      { ...place, at, step: 'major', what: 'has no data any more', why, remedy: 'Keep the data unchanged' },
    ]
  }
  if (!now.data) return []
  const why = 'Compatible, but callers get no data from implementers at the old version'
  return [
    {
      ...place,
      at,
      step: 'minor',
      what: 'has data now',
      why,
      remedy: 'Make callers work without the data',
    },
  ]
}

function compareIdentifies({ subject, at, before, now }: Pair): ContractChange[] {
  const [prefixes, prefixesNow] = [before.identifies ?? [], now.identifies ?? []]
  const removed = prefixes.filter((prefix) => !prefixesNow.includes(prefix))
  const added = prefixesNow.filter((prefix) => !prefixes.includes(prefix))
  const place = { subject, at: `${at}/identifies` }
  const why = 'Breaks callers: holders of such tokens are no longer identified'
  const remedy = 'Keep the prefix as long as such tokens are valid'
  return [
    ...removed.map((prefix): ContractChange => {
      const what = `no longer identifies tokens that begin with ${prefix}`
      return { ...place, step: 'major', what, why, remedy }
    }),
    ...added.map((prefix): ContractChange => {
      const what = `identifies tokens that begin with ${prefix}`
      return { ...place, step: 'minor', what, why: 'Compatible: such tokens are new', remedy: NO_REMEDY }
    }),
  ]
}

function compareTimeout({ subject, at, before, now }: Pair): ContractChange[] {
  if (before.timeoutMs === now.timeoutMs) return []
  const what = `was ${before.timeoutMs} ms, is ${now.timeoutMs} ms`
  const [why, remedy] =
    now.timeoutMs < before.timeoutMs
      ? ['Compatible, but slow calls end with DEADLINE_EXCEEDED', 'Check how long calls take']
      : ['Compatible, but callers may wait longer', 'Check that methods that call it have longer timeouts']
  return [{ step: 'patch', subject, at: `${at}/timeoutMs`, what, why, remedy }]
}

/** Compares settings that change how a method runs, and leave its input and output the same. */
function compareExecution({ subject, at, before, now }: Pair): ContractChange[] {
  const consequences = {
    cache: 'answers may be older or newer than before',
    rateLimit: 'one client address may call it more or less often',
    outside: 'workflows run it outside of their transactions, or inside of them',
  } as const
  const step: Step = 'patch'
  return (Object.keys(consequences) as (keyof typeof consequences)[])
    .filter((key) => !sameSchema(before[key], now[key]))
    .map((key) => {
      const show = (value: unknown) => JSON.stringify(value) ?? 'not set'
      const what = `was ${show(before[key])}, is ${show(now[key])}`
      const why = `Compatible: ${consequences[key]}`
      return { step, subject, at: `${at}/${key}`, what, why, remedy: NO_REMEDY }
    })
}
