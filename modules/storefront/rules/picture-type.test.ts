import { describe, expect, it } from 'vitest'
import { pictureType } from './picture-type.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

describe('pictureType()', () => {
  it.each([
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
    ['GIF89a\x01\0\x01\0', 'image/gif'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
    ['\0\0\0\x1cftypavif\0\0\0\0', 'image/avif'],
  ])('reads %j as %s', (start, type) => {
    expect(pictureType(bytes(start))).toBe(type)
  })

  it.each([
    '',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<!doctype html><title>404</title>',
    'RIFF\x24\0\0\0WAVEfmt ',
    '\0\0\0\x1cftypisom\0\0\0\0',
    '\xff\xd8',
  ])('does not accept %j as a picture', (start) => {
    expect(pictureType(bytes(start))).toBeUndefined()
  })
})
