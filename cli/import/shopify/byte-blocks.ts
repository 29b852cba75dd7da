/** Size of the blocks in which a file is processed. */
export const BLOCK_BYTES = 64 * 1024

/**
 * Splits and joins the chunks of a source into buffers of `BLOCK_BYTES` (the last one may be shorter), so that time and
 * memory do not depend on the size of the chunks. Strings are encoded as UTF-8.
 */
export async function* byteBlocks(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let partBytes = 0
  for await (const piece of encoded(source)) {
    for (let start = 0; start < piece.length; ) {
      const part = piece.subarray(start, start + BLOCK_BYTES - partBytes)
      parts.push(part)
      partBytes += part.length
      start += part.length
      if (partBytes === BLOCK_BYTES) {
        yield Buffer.concat(parts)
        parts = []
        partBytes = 0
      }
    }
  }
  if (partBytes > 0) yield Buffer.concat(parts)
}

/** Encodes strings as UTF-8, in pieces of about `BLOCK_BYTES`. */
async function* encoded(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  // A character outside the basic plane has two code units; a chunk may end between them
  let half = ''
  for await (const chunk of source) {
    if (typeof chunk !== 'string') {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      continue
    }
    const text = half + chunk
    const endsInHalf = /[\ud800-\udbff]$/.test(text)
    half = endsInHalf ? text.slice(-1) : ''
    const whole = endsInHalf ? text.slice(0, -1) : text
    for (let start = 0; start < whole.length; ) {
      let end = start + BLOCK_BYTES
      // A piece does not end between the two code units of a character
      if (/[\ud800-\udbff]/.test(whole[end - 1] ?? '')) end += 1
      yield Buffer.from(whole.slice(start, end))
      start = end
    }
  }
  if (half !== '') yield Buffer.from(half)
}
