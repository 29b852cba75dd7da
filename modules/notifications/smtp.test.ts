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

const mustBeLike = expect.stringContaining('must be like')

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

it('send() returns a transient failure for a refused log-in, without the password in its reason', async () => {
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
  // Neither as plain text nor in base64
  expect(failure!.reason).not.toMatch(/hunter2|aHVudGVyM/)
})

it('send() returns a transient failure when the server has not accepted the message within 100 ms', async () => {
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
  ['accepts', 'smtp://localhost', undefined],
  ['accepts', 'smtps://user:password@mail.example.com:465', undefined],
  ['refuses', 'mail.example.com', mustBeLike],
  ['refuses', 'https://mail.example.com', mustBeLike],
  ['refuses', 'smtp://', mustBeLike],
])('SMTP_URL %s "%s"', (_verb, value, problem) => {
  expect(settings.SMTP_URL.check!(value)).toEqual(problem)
})

it.each([
  ['accepts', 'Pando <shop@localhost>', undefined],
  ['accepts', 'shop@example.com', undefined],
  ['refuses', 'Pando', mustBeLike],
  ['refuses', 'Pando <shop@example.com>, eve@example.com', mustBeLike],
  ['refuses', 'Pando\r\nBcc: eve@example.com <shop@example.com>', mustBeLike],
])('MAIL_FROM %s "%s"', (_verb, value, problem) => {
  expect(settings.MAIL_FROM.check!(value)).toEqual(problem)
})
