import { expect, it } from 'vitest'
import { settings } from './settings.ts'
import { openSmtp } from './smtp.ts'
import { startMailServer } from './testing/mail-server.ts'

const message = {
  id: 'msg_1',
  recipient: 'ada@example.com',
  subject: 'Hello',
  text: 'Hello',
  html: '<p>Hello</p>',
}

it('openSmtp() logs in with the user and the password from the URL', async () => {
  let seen: unknown
  const server = await startMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      seen = { username, password }
      callback(null, { user: username })
    },
  })
  const smtp = openSmtp(`smtp://user:p%40ss@127.0.0.1:${server.port}`, 'shop@example.com')
  expect(await smtp.send(message)).toBeUndefined()
  smtp.close()
  await server.stop()
  expect(seen).toEqual({ username: 'user', password: 'p@ss' })
})

it('a refused log-in is not a permanent failure, and its reason contains no secret', async () => {
  const server = await startMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => callback(new Error('who are you?')),
  })
  const smtp = openSmtp(`smtp://user:hunter2hunter2@127.0.0.1:${server.port}`, 'shop@example.com')
  const failure = await smtp.send(message)
  smtp.close()
  await server.stop()
  expect(failure).toEqual({ reason: expect.stringContaining('EAUTH'), permanent: false })
  // Neither as it is nor in base64
  expect(failure!.reason).not.toMatch(/hunter2|aHVudGVyM/)
})

it('aborts when the server takes too long, without a permanent failure', async () => {
  const server = await startMailServer({ onRcptTo: () => {} })
  const smtp = openSmtp(server.url, 'shop@example.com', 100)
  expect(await smtp.send(message)).toEqual({
    reason: expect.stringMatching(/abort|timeout/i),
    permanent: false,
  })
  smtp.close()
  await server.stop()
})

it.each([
  ['smtp://localhost', undefined],
  ['smtps://user:password@mail.example.com:465', undefined],
  ['mail.example.com', 'must be like'],
  ['https://mail.example.com', 'must be like'],
  ['smtp://', 'must be like'],
])('checks "%s" as SMTP_URL', (value, problem) => {
  const found = settings.SMTP_URL.check!(value)
  if (problem) expect(found).toContain(problem)
  else expect(found).toBeUndefined()
})

it.each([
  ['Pando <shop@localhost>', undefined],
  ['shop@example.com', undefined],
  ['Pando', 'must be like'],
  ['Pando <shop@example.com>, eve@example.com', 'must be like'],
  ['Pando\r\nBcc: eve@example.com <shop@example.com>', 'must be like'],
])('checks "%s" as MAIL_FROM', (value, problem) => {
  const found = settings.MAIL_FROM.check!(value)
  if (problem) expect(found).toContain(problem)
  else expect(found).toBeUndefined()
})
