import { parse } from 'csv-parse/sync'
import { samplePictureFile } from '#shared/sample-picture.ts'
import { drawPicture } from '../../sample/drawing/draw-picture.ts'

type Row = Record<'Handle' | 'Image Src' | 'Image Alt Text', string>

/**
 * By file name: the SVG of each picture of the sample catalogue, drawn from its alternative text; undefined for a file in
 * `existing` that no product shows any more.
 */
export function samplePictures(
  catalogue: string,
  existing: readonly string[],
): Map<string, string | undefined> {
  const pictures = new Map<string, string | undefined>(existing.map((file) => [file, undefined]))
  for (const row of parse<Row>(catalogue, { columns: true })) {
    const url = row['Image Src']
    if (url === '') continue
    const file = samplePictureFile(url)
    if (!file) throw new Error(`Cannot draw "${url}": it is not a picture URL such as "sample:cup.svg"`)
    // The pictures of a product have the same seed, so that they differ only in what their texts say
    pictures.set(file, drawPicture(row['Image Alt Text'], row.Handle))
  }
  return pictures
}
