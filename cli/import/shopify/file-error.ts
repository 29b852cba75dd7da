/** Stable codes of the reasons for refusing a whole file. */
export type FileErrorCode =
  | 'FILE_EMPTY'
  | 'FILE_NOT_CSV'
  | 'FILE_NOT_UTF8'
  | 'FILE_COLUMNS_MISSING'
  | 'FILE_WITHOUT_ROWS'

/**
 * The file as a whole cannot be read. Thrown before the first product or problem is yielded, so that none of the file
 * has been imported. The message is for the shop's owner.
 */
export class ShopifyFileError extends Error {
  readonly code: FileErrorCode

  constructor(code: FileErrorCode, message: string) {
    super(message)
    this.name = 'ShopifyFileError'
    this.code = code
  }
}
