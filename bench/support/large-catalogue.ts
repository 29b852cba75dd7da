import { open } from 'node:fs/promises'

const COLOURS = 'amber birch charcoal fern honey indigo linen moss rust slate'.split(' ')
const MATERIALS = 'ash brass ceramic cotton glass oak wool leather steel cork'.split(' ')
const THINGS = 'lamp bowl chair blanket vase shelf bag cup rug clock desk basket mirror jug stool'.split(' ')
const ROOMS = ['Kitchen', 'Living room', 'Bedroom', 'Garden', 'Office']
const SIZES = ['S', 'M', 'L']
const SYLLABLES = 'ba ce di fo gu ka le mi no pu ra se ti vo zu'.split(' ')
const DESCRIBED_WORDS = 60
/**
 * Number of different words in descriptions. As in a language, few are frequent: one is in every description, about 40 in
 * more than a tenth, and two thirds in fewer than a hundredth.
 */
const VOCABULARY = 4000
const HEADER =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,' +
  'Variant Inventory Qty,Variant Price,Image Src'

/**
 * Writes a Shopify file with products, each with a description of sixty words, a picture, and two or three sizes in
 * stock. Of 100,000 products, 10,000 have the same colour, 10,000 the same material and 6,000 to 7,000 the same thing in
 * their titles, so that searches match many.
 */
export async function writeCatalogue(path: string, products: number): Promise<void> {
  const file = await open(path, 'w')
  await file.write(`${HEADER}\n`)
  let text = ''
  for (let n = 0; n < products; n++) {
    text += rowsOf(n)
    if (text.length < 1_000_000 && n + 1 < products) continue
    await file.write(text)
    text = ''
  }
  await file.close()
}

function rowsOf(n: number): string {
  const colour = COLOURS[n % 10]!
  const material = MATERIALS[Math.floor(n / 10) % 10]!
  const thing = THINGS[Math.floor(n / 100) % THINGS.length]!
  const described = Array.from({ length: DESCRIBED_WORDS }, (_, i) => wordAt(n * DESCRIBED_WORDS + i)).join(
    ' ',
  )
  const facts = `${colour} ${material} ${thing} ${n},<p>A ${thing} of ${material} in ${colour}: ${described}.</p>,Vendor ${n % 50},${ROOMS[n % ROOMS.length]},"${material}, ${thing}"`
  return SIZES.slice(0, 2 + (n % 2))
    .map((size, i) => {
      const picture = i === 0 ? `https://pictures.example/${n}.jpg` : ''
      return `thing-${n},${i === 0 ? facts : ',,,,'},Size,${size},T-${n}-${size},shopify,5,${10 + (n % 90)}.99,${picture}\n`
    })
    .join('')
}

/** The word at a position among those of all descriptions, always the same one. */
function wordAt(position: number): string {
  const chance = (Math.imul(position ^ (position >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32
  // The cube makes words with a low index far more frequent
  const index = Math.floor(VOCABULARY * chance ** 3)
  const [a, b, c] = [index % 15, Math.floor(index / 15) % 15, Math.floor(index / 225)]
  return `${SYLLABLES[a]}${SYLLABLES[b]}${c > 0 ? SYLLABLES[c % 15] : ''}${c > 14 ? 'na' : ''}`
}
