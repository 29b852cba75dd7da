import type { ContractChange, Step } from './change.ts'
import { type JsonSchema, type SchemaDifference, schemaDifferences } from './schema-differences.ts'

/** Who sends values of a schema to whom. */
export interface SchemaUse {
  /** `input`: from callers to implementers; `output`: from implementers to callers, or from emitters to consumers. */
  direction: 'input' | 'output'
  /** `module.method` or `module.event`. */
  subject: string
  /** The two sides, in the plural for messages. */
  sender: 'callers' | 'implementers' | 'emitters'
  receiver: 'callers' | 'implementers' | 'consumers'
}

interface Rule {
  step: Step
  why: (use: SchemaUse) => string
  remedy: string
}

/** Compares two versions of a schema, and says what each difference means for senders and receivers. */
export function differencesInSchema(
  before: JsonSchema,
  now: JsonSchema,
  at: string,
  use: SchemaUse,
): ContractChange[] {
  return schemaDifferences(before, now).map((difference) => {
    const { step, why, remedy } = RULES[use.direction][difference.kind]
    const { subject } = use
    return { step, subject, at: at + difference.at, what: difference.what, why: why(use), remedy }
  })
}

const NEW_MEMBER =
  'Leave the member unchanged, and add an optional member with another name and the new schema; remove the old one with a major version'

/** The rules cover old senders with new receivers, and new senders with old receivers. */
const RULES: Record<SchemaUse['direction'], Record<SchemaDifference['kind'], Rule>> = {
  input: {
    added: {
      step: 'minor',
      why: ({ receiver }) => `Compatible: ${receiver} at the old version ignore it`,
      remedy: 'Make sure that it may be ignored, or deploy the module before its callers',
    },
    addedRequired: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: those at the old version do not send it and are refused`,
      remedy: 'Make it optional, with a default value',
    },
    required: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: those that leave it out are refused`,
      remedy: 'Keep it optional, with a default value',
    },
    optional: {
      step: 'minor',
      why: ({ sender }) => `Compatible: ${sender} at the old version still send it`,
      remedy: 'Deploy the module before callers that leave it out',
    },
    removed: {
      step: 'major',
      why: ({ sender }) =>
        `Breaks ${sender}: the value they send has no effect any more, and the public API refuses it`,
      remedy:
        'Keep it until nothing sends it. To rename it, accept both names for one release; see docs/contracts.md',
    },
    narrower: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: values that the old version accepted are refused`,
      remedy: 'Accept all values that were accepted before, and put the new values into a new member',
    },
    wider: {
      step: 'minor',
      why: ({ receiver }) =>
        `Compatible, but ${receiver} at the old version refuse values that only the new version accepts`,
      remedy: 'Deploy the module before callers that send such values',
    },
    changed: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: the values they send may no longer be accepted`,
      remedy: NEW_MEMBER,
    },
  },
  output: {
    added: {
      step: 'minor',
      why: ({ receiver, sender }) =>
        `Compatible: ${receiver} at the old version ignore it, and ${sender} at the old version leave it out`,
      remedy: 'Make receivers work without it',
    },
    addedRequired: {
      step: 'major',
      why: ({ receiver, sender }) =>
        `Breaks ${sender}: those at the old version do not send it, and ${receiver} at the new version refuse values without it`,
      remedy: 'Make it optional; require it with the next major version',
    },
    required: {
      step: 'major',
      why: ({ receiver, sender }) =>
        `Breaks ${sender}: those at the old version may leave it out, and ${receiver} at the new version refuse values without it`,
      remedy: 'Always send it, but keep it optional in the contract; require it with the next major version',
    },
    optional: {
      step: 'major',
      why: ({ receiver }) => `Breaks ${receiver}: they rely on it, and refuse values without it`,
      remedy: 'Keep sending it',
    },
    removed: {
      step: 'major',
      why: ({ receiver }) => `Breaks ${receiver}: those that use it no longer get it`,
      remedy:
        'Keep sending it until nothing reads it. To rename it, send both for one release; see docs/contracts.md',
    },
    narrower: {
      step: 'major',
      why: ({ receiver, sender }) =>
        `Breaks ${sender}: those at the old version may send values that ${receiver} at the new version refuse`,
      remedy: 'Stop sending such values, but keep them in the contract until the next major version',
    },
    wider: {
      step: 'major',
      why: ({ receiver }) => `Breaks ${receiver}: those at the old version refuse the new values`,
      remedy: NEW_MEMBER,
    },
    changed: {
      step: 'major',
      why: ({ receiver }) =>
        `Breaks ${receiver}: they may refuse values that do not fit the schema they know`,
      remedy: NEW_MEMBER,
    },
  },
}
