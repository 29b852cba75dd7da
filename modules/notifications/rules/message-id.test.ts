import { expect, it } from 'vitest'
import { messageIdOf } from './message-id.ts'

it('messageIdOf() uses the domain of the address in `from`', () => {
  expect(messageIdOf('msg_1', 'Pando <shop@example.com>')).toBe('<msg_1@example.com>')
  expect(messageIdOf('msg_1', 'shop@localhost')).toBe('<msg_1@localhost>')
})
