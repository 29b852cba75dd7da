import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { askShop, type Question } from './ask-shop.ts'
import { openControl } from './control.ts'

const SECRET = 's'.repeat(40)
let dataDirectory: string
let control: { close(): Promise<void> } | undefined
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'pando-control-'))
})
afterEach(async () => {
  await control?.close()
  control = undefined
  await rm(dataDirectory, { recursive: true })
})

function ask(more: Partial<Question> = {}): Promise<unknown> {
  return askShop({
    dataDirectory,
    secret: async () => SECRET,
    operation: 'add',
    input: [1, 2],
    ...more,
  })
}

async function open(): Promise<void> {
  control = await openControl(dataDirectory, SECRET, {
    add: async ([a, b]: [number, number], tell) => {
      tell({ so: 'far' })
      return a + b
    },
    refuse: async (_input: never, tell: (progress: unknown) => void) => {
      tell(1)
      throw new Error('Cannot do that today')
    },
  })
}

it('answers who knows the secret, and tells how far it is before', async () => {
  await open()
  const progress: unknown[] = []
  expect(await ask({ onProgress: (each) => progress.push(each) })).toBe(3)
  expect(progress).toEqual([{ so: 'far' }])
  await expect(ask({ operation: 'refuse' })).rejects.toThrow(/^Cannot do that today$/)
  await expect(ask({ operation: 'fly' })).rejects.toThrow('this shop runs another version')
})

it('refuses who does not know the secret, and keeps its address to its user', async () => {
  await open()
  await expect(ask({ secret: async () => 'x'.repeat(40) })).rejects.toThrow('not signed with the secret')
  expect((await stat(join(dataDirectory, 'control.json'))).mode & 0o777).toBe(0o600)
})

it('says that nothing runs where nothing does, also when a killed one has left its address', async () => {
  await expect(ask()).rejects.toThrow(`none is running with the data folder ${dataDirectory}`)
  await open()
  const left = await readFile(join(dataDirectory, 'control.json'))
  await control!.close()
  await writeFile(join(dataDirectory, 'control.json'), left)
  await expect(ask()).rejects.toThrow('none is running')
})
