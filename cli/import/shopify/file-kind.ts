import { ShopifyFileError } from './file-error.ts'

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Checks the start of a file, and returns it without a byte order mark. Throws `ShopifyFileError` for an Excel workbook and
 * for text in UTF-16, which are often mistaken for CSV.
 */
export function requireUtf8Csv(start: Buffer): Buffer {
  if (startsWith(start, [0x50, 0x4b, 0x03, 0x04]) || startsWith(start, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw new ShopifyFileError(
      'FILE_NOT_CSV',
      'Cannot read this file: it is a spreadsheet workbook, not CSV; save it as "CSV UTF-8 (comma delimited)"',
    )
  }
  if (startsWith(start, [0xff, 0xfe]) || startsWith(start, [0xfe, 0xff])) {
    throw new ShopifyFileError(
      'FILE_NOT_UTF8',
      'Cannot read this file: its text is encoded as UTF-16; save it as "CSV UTF-8 (comma delimited)"',
    )
  }
  return startsWith(start, [...UTF8_MARK]) ? start.subarray(UTF8_MARK.length) : start
}

function startsWith(bytes: Buffer, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}
