import type { Handles } from '../needs.ts'
import { readPicture } from '../store/read-picture.ts'

export const getPicture: Handles<'getPicture'> = async ({ pictureId }, context) => {
  const picture = await readPicture(context.sql, pictureId)
  if (!picture) throw context.fail('PICTURE_NOT_FOUND', `Cannot find the picture "${pictureId}"`)
  return picture
}
