import { expect, it, vi } from 'vitest'
import { findShop } from './find-shop.ts'

const answer = vi.hoisted(() => ({ code: '', text: '' }))

vi.mock('node:fs/promises', () => ({
  async readFile(path: string) {
    if (answer.code) throw Object.assign(new Error(`${answer.code}: open '${path}'`), { code: answer.code })
    return answer.text
  },
}))

it('a shop of another user is not taken for none', async () => {
  answer.code = 'EACCES'
  await expect(findShop('/srv/shop')).rejects.toThrow(
    'Cannot ask the shop: /srv/shop/control.json may not be read as this user',
  )
  answer.code = 'ENOENT'
  expect(await findShop('/srv/shop')).toBeUndefined()
})

it.each(['', '{"pid":', '{}'])('a file with %j leads to no shop', async (text) => {
  Object.assign(answer, { code: '', text })
  expect(await findShop('/srv/shop')).toBeUndefined()
})
