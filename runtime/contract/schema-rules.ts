import type { ContractChange, Step } from './change.ts'
import { type JsonSchema, type SchemaDifference, schemaDifferences } from './schema-differences.ts'

/** Which way values of a schema go. */
export interface SchemaUse {
  /** `input`: from who calls to who implements; `output`: back, or from emitter to consumer. */
  direction: 'input' | 'output'
  /** `module.method` or `module.event`. */
  subject: string
  /** Those on either side, in the plural. */
  sender: 'callers' | 'implementers' | 'emitters'
  receiver: 'callers' | 'implementers' | 'consumers'
}

interface Rule {
  step: Step
  why: (use: SchemaUse) => string
  remedy: string
}

/** Compares the schemas of something that is sent, by what the differences do to those on either side. */
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
  'Leave what is there as it is, and give the new form as an optional member of another name; remove the old one with a major version'

/** Old senders with new receivers, and new senders with old ones. */
const RULES: Record<SchemaUse['direction'], Record<SchemaDifference['kind'], Rule>> = {
  input: {
    added: {
      step: 'minor',
      why: ({ receiver }) => `Breaks nobody: ${receiver} at the old version ignore it`,
      remedy: 'Let it make no difference when it is ignored, or deploy the module before those that send it',
    },
    addedRequired: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: those at the old version do not send it and are refused`,
      remedy: 'Make it optional, with a value that it has when it is left out',
    },
    required: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: those that leave it out are refused`,
      remedy: 'Keep it optional, with a value that it has when it is left out',
    },
    optional: {
      step: 'minor',
      why: ({ sender }) => `Breaks nobody: ${sender} at the old version send it all the same`,
      remedy: 'Deploy the module before those that leave it out',
    },
    removed: {
      step: 'major',
      why: ({ sender }) =>
        `Breaks ${sender}: what they send there has no effect any more, and the public API refuses it`,
      remedy:
        'Keep it until nobody sends it. To rename it, take both names for one release; see docs/contracts.md',
    },
    narrower: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: values that they may send now are refused`,
      remedy: 'Take what was taken before. What only the new form allows belongs into a new member',
    },
    wider: {
      step: 'minor',
      why: ({ receiver }) =>
        `Breaks nobody: but ${receiver} at the old version refuse what only the new one takes`,
      remedy: 'Deploy the module before those that send it',
    },
    changed: {
      step: 'major',
      why: ({ sender }) => `Breaks ${sender}: nothing says that what they send is still taken`,
      remedy: NEW_MEMBER,
    },
  },
  output: {
    added: {
      step: 'minor',
      why: ({ receiver, sender }) =>
        `Breaks nobody: ${receiver} at the old version ignore it, and ${sender} at the old version leave it out`,
      remedy: 'Do without it where it does not come',
    },
    addedRequired: {
      step: 'major',
      why: ({ receiver, sender }) =>
        `Breaks ${sender}: those at the old version do not send it, and ${receiver} with the new one refuse what comes without it`,
      remedy: 'Make it optional; require it with the next major version',
    },
    required: {
      step: 'major',
      why: ({ receiver, sender }) =>
        `Breaks ${sender}: those at the old version may leave it out, and ${receiver} with the new one refuse what comes without it`,
      remedy: 'Send it always, but keep it optional in the contract; require it with the next major version',
    },
    optional: {
      step: 'major',
      why: ({ receiver }) => `Breaks ${receiver}: they count on it, and refuse what comes without it`,
      remedy: 'Keep sending it',
    },
    removed: {
      step: 'major',
      why: ({ receiver }) => `Breaks ${receiver}: those that use it find nothing there`,
      remedy:
        'Keep sending it until nobody reads it. To rename it, send both for one release; see docs/contracts.md',
    },
    narrower: {
      step: 'major',
      why: ({ receiver, sender }) =>
        `Breaks ${sender}: those at the old version may send what ${receiver} with the new one refuse`,
      remedy: 'Stop sending it, but keep it in the contract until the next major version',
    },
    wider: {
      step: 'major',
      why: ({ receiver }) =>
        `Breaks ${receiver}: they refuse values that they do not know, and have no case for them`,
      remedy: NEW_MEMBER,
    },
    changed: {
      step: 'major',
      why: ({ receiver }) => `Breaks ${receiver}: they refuse values in a form that they do not know`,
      remedy: NEW_MEMBER,
    },
  },
}
