import { describe, expect, it } from 'vitest'
import { isSignedWebhook, signWebhook } from './webhook.ts'

const key = Buffer.alloc(32, 1)
const now = new Date('2026-03-01T12:00:00Z')
const body = '{"key":"pay_1"}'

function minutesLater(minutes: number): Date {
  return new Date(now.getTime() + minutes * 60_000)
}

describe('isSignedWebhook()', () => {
  it('accepts a message signed with the key', () => {
    expect(isSignedWebhook(body, signWebhook(body, key, now), key, minutesLater(1))).toBe(true)
  })

  it('refuses a changed body, another key and a malformed signature', () => {
    const signature = signWebhook(body, key, now)
    expect(isSignedWebhook(`${body} `, signature, key, now)).toBe(false)
    expect(isSignedWebhook(body, signature, Buffer.alloc(32, 2), now)).toBe(false)
    for (const broken of [undefined, '', 't=1', `${signature},v1=00`, signature.slice(0, -1)]) {
      expect(isSignedWebhook(body, broken, key, now)).toBe(false)
    }
  })

  it('refuses a message older than five minutes, even with a changed time', () => {
    const signature = signWebhook(body, key, now)
    expect(isSignedWebhook(body, signature, key, minutesLater(5))).toBe(true)
    expect(isSignedWebhook(body, signature, key, minutesLater(5.1))).toBe(false)
    const withNewTime = signature.replace(/^t=\d+/, `t=${Math.floor(minutesLater(5).getTime() / 1000)}`)
    expect(isSignedWebhook(body, withNewTime, key, minutesLater(5.1))).toBe(false)
  })
})
