import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BLOCK_BYTES, byteBlocks } from './byte-blocks.ts'
import { chunksOf } from './testing/read-all.ts'

async function blocksOf(chunks: (string | Uint8Array)[]): Promise<Buffer[]> {
  return Array.fromAsync(byteBlocks(chunksOf(chunks)))
}

test('byteBlocks() yields the bytes of the source in blocks of equal size', async () => {
  const bytes = Buffer.alloc(BLOCK_BYTES * 2 + 5, 'abc')
  for (const chunks of [[bytes], [bytes.subarray(0, 7), bytes.subarray(7)], [bytes.toString()]]) {
    const blocks = await blocksOf(chunks)
    expect(blocks.map(({ length }) => length)).toEqual([BLOCK_BYTES, BLOCK_BYTES, 5])
    expect(Buffer.concat(blocks).equals(bytes)).toBe(true)
  }
})

// Includes halves of surrogate pairs, which a faulty source may deliver
const codeUnits = fc
  .array(fc.oneof(fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.nat({ max: 0xffff })))
  .map((units) => String.fromCharCode(...units))

test('byteBlocks() joins characters that are split between chunks', async () => {
  await fc.assert(
    fc.asyncProperty(codeUnits, fc.integer({ min: 1, max: 5 }), async (text, size) => {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.slice(index * size, (index + 1) * size),
      )
      expect(Buffer.concat(await blocksOf(chunks)).toString()).toBe(Buffer.from(text).toString())
    }),
  )
})

test('byteBlocks() does not split a character at the end of a block of a long string', async () => {
  const text = `a${'🌿'.repeat(BLOCK_BYTES)}`
  expect(Buffer.concat(await blocksOf([text])).toString()).toBe(text)
})

test('byteBlocks() yields nothing for an empty source', async () => {
  expect(await blocksOf([])).toEqual([])
  expect(await blocksOf(['', new Uint8Array(0)])).toEqual([])
})
