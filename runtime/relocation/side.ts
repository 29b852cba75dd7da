import { streamName } from './names.ts'
import type { RelocationPlan } from './relocation.ts'

/** One of the two databases of a relocation, in the preflight. */
export interface Side {
  name: 'source' | 'target'
  url: string
  /** The URL of the other side. */
  otherUrl: string
  /** The name of the stream that this side sends, which its publication and slot have. */
  sends: string
  /** The name of the stream that this side receives, which its subscription has. */
  receives: string
}

export function sidesOf({ id, sourceUrl, targetUrl }: RelocationPlan): { source: Side; target: Side } {
  const [forward, backward] = [streamName(id, 'forward'), streamName(id, 'backward')]
  return {
    source: { name: 'source', url: sourceUrl, otherUrl: targetUrl, sends: forward, receives: backward },
    target: { name: 'target', url: targetUrl, otherUrl: sourceUrl, sends: backward, receives: forward },
  }
}
