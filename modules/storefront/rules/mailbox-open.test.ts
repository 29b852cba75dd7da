import { describe, expect, it } from 'vitest'
import { isMailboxOpen, type MailboxSettings } from './mailbox-open.ts'

const local: MailboxSettings = {
  mode: 'auto',
  smtpUrl: undefined,
  host: '127.0.0.1',
  publicUrl: 'http://localhost:4000',
}

describe('isMailboxOpen()', () => {
  it('opens the mailbox of a shop that only this machine can reach', () => {
    expect(isMailboxOpen(local)).toBe(true)
    expect(isMailboxOpen({ ...local, host: '::1', publicUrl: 'http://[::1]:4000' })).toBe(true)
  })

  it('closes the mailbox of a shop that other machines can reach', () => {
    expect(isMailboxOpen({ ...local, host: '0.0.0.0' })).toBe(false)
    expect(isMailboxOpen({ ...local, publicUrl: 'https://shop.example' })).toBe(false)
    expect(isMailboxOpen({ ...local, publicUrl: 'https://127.0.0.1.shop.example' })).toBe(false)
  })

  it('closes the mailbox when emails are sent', () => {
    expect(isMailboxOpen({ ...local, smtpUrl: 'smtp://mail.example' })).toBe(false)
    expect(isMailboxOpen({ ...local, mode: 'on', smtpUrl: 'smtp://mail.example' })).toBe(false)
  })

  it('opens with `on` even if other machines can reach the shop, and closes with `off` even if none can', () => {
    expect(isMailboxOpen({ ...local, mode: 'off' })).toBe(false)
    expect(isMailboxOpen({ ...local, mode: 'on', publicUrl: 'https://shop.example' })).toBe(true)
  })
})
