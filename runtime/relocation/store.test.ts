import { expect, it } from 'vitest'
import { insertRelocation, readRelocation, updateRelocation } from './store.ts'
import { openPair } from './testing.ts'

it('stores directions in the words of version 0.1.0', async () => {
  const { source: home, plan } = await openPair()
  const directions = async () => {
    const [stored] = await home<{ direction: string }[]>`
      select direction from pando.relocation where id = ${plan.id}`
    return [stored!.direction, (await readRelocation(home, plan.id)).direction]
  }
  await insertRelocation(home, plan)
  expect(await directions()).toEqual(['forth', 'forward'])
  await updateRelocation(home, plan.id, { direction: 'backward' })
  expect(await directions()).toEqual(['back', 'backward'])
  await updateRelocation(home, plan.id, { step: 'switch' })
  expect(await directions()).toEqual(['back', 'backward'])
  await updateRelocation(home, plan.id, { direction: 'forward' })
  expect(await directions()).toEqual(['forth', 'forward'])
})
