import type { Motif } from './motif.ts'
import { clothes } from './motifs/clothes.ts'
import { furniture } from './motifs/furniture.ts'
import { household } from './motifs/household.ts'
import { jewellery } from './motifs/jewellery.ts'
import { kitchen } from './motifs/kitchen.ts'
import { outdoors } from './motifs/outdoors.ts'
import { playroom } from './motifs/playroom.ts'
import { vessels } from './motifs/vessels.ts'
import { workbench } from './motifs/workbench.ts'

export const motifs = {
  ...vessels,
  ...clothes,
  ...jewellery,
  ...furniture,
  ...household,
  ...outdoors,
  ...workbench,
  ...kitchen,
  ...playroom,
}

export type MotifName = keyof typeof motifs

// Singular words from product titles and types.
const MOTIF_WORDS: Partial<Record<MotifName, string>> = {
  cup: 'cup mug espresso cappuccino',
  bowl: 'bowl dish salad',
  plate: 'plate tableware dinnerware crockery platter saucer',
  bottle: 'bottle oil vinegar syrup wine cordial shampoo lotion cream',
  jar: 'jar honey jam marmalade chutney preserve spice canister salt',
  candle: 'candle tealight scent',
  vase: 'vase bouquet flower',
  teapot: 'teapot kettle',
  jug: 'jug pitcher',
  tumbler: 'tumbler beaker',
  flask: 'flask thermos',
  carafe: 'carafe decanter',
  pack: 'coffee tea chocolate granola muesli pasta flour bean roast seed',
  soap: 'soap shaving sponge',
  skillet: 'skillet griddle',
  pan: 'pan wok saucepan casserole cookware',
  shirt: 'shirt tee tshirt top vest polo',
  apron: 'apron pinafore',
  jumper: 'jumper sweater pullover cardigan hoodie sweatshirt knitwear pyjama',
  buttonShirt: 'blouse overshirt chequered',
  jacket: 'jacket coat parka blazer tuxedo suit anorak raincoat varsity',
  dress: 'dress skirt gown tunic',
  robe: 'robe bathrobe kimono',
  trousers: 'trouser pant jean short legging chino dungaree',
  shoe: 'shoe sneaker boot trainer sandal loafer slipper footwear clog',
  hat: 'hat beanie cap bobble headwear',
  scarf: 'scarf shawl towel stole',
  socks: 'sock stocking mitten glove',
  ring: 'ring signet jewellery jewelry gem',
  necklace: 'necklace pendant choker chain locket',
  earrings: 'earring stud hoop',
  bracelet: 'bracelet bangle cuff anklet',
  watch: 'watch wristwatch',
  lantern: 'lantern',
  lamp: 'lamp lampshade',
  pendantLamp: 'light chandelier lighting',
  stool: 'stool',
  chair: 'chair bench rocker seat',
  armchair: 'armchair recliner',
  sofa: 'sofa couch settee loveseat',
  table: 'table desk nightstand sideboard',
  drawers: 'drawer dresser cabinet chest cupboard wardrobe bookcase',
  pillow: 'pillow cushion pillowcase bolster',
  beanbag: 'beanbag pouffe pouf ottoman',
  bed: 'bed duvet mattress bedding sheet quilt',
  blanket: 'blanket throw plaid bedspread linen tablecloth napkin fabric',
  rug: 'rug carpet mat runner doormat',
  clock: 'clock timer',
  mirror: 'mirror frame',
  bag: 'bag handbag purse satchel',
  tote: 'tote shopper',
  backpack: 'backpack rucksack daypack luggage',
  basket: 'basket hamper trug',
  book: 'book novel cookbook atlas guide story poem',
  notebook: 'notebook journal diary planner sketchbook stationery',
  calendar: 'calendar',
  toy: 'toy train car game truck',
  blocks: 'block',
  puzzle: 'puzzle jigsaw',
  bear: 'bear teddy doll plush',
  rabbit: 'rabbit bunny hare',
  tool: 'tool trowel spade shovel rake hoe',
  fork: 'fork',
  hatchet: 'hatchet axe',
  hammer: 'hammer mallet screwdriver chisel saw plane',
  knife: 'knife blade cleaver scissor',
  spoon: 'spoon spatula ladle utensil',
  board: 'board chopping',
  tray: 'tray',
  cutlery: 'cutlery flatware silverware',
  pencil: 'pencil crayon',
  pen: 'pen biro',
  card: 'card postcard',
  shelf: 'shelf',
  hammock: 'hammock',
  secateurs: 'secateur pruner shear',
  brush: 'brush broom comb',
  box: 'box gift present kit set crate',
  glasses: 'glasses sunglasses spectacles eyewear',
  umbrella: 'umbrella parasol',
  headphones: 'headphone headphones earphone speaker radio',
  plant: 'plant fern monstera succulent cactus ficus tree herb aspen',
  pot: 'pot planter flowerpot',
  wateringCan: 'can watering',
  trellis: 'trellis',
  fence: 'fence slat gate picket',
  tent: 'tent tarp shelter',
}

// Pairs of words whose meaning differs from that of the second word alone.
const MOTIF_PHRASES: Record<string, MotifName> = {
  'high top': 'shoe',
  'bean bag': 'beanbag',
  'tea pot': 'teapot',
  'tea towel': 'scarf',
  'tea light': 'candle',
  'bath towel': 'scarf',
  'gift card': 'box',
  'wall light': 'wallLight',
  'wall lamp': 'wallLight',
  'desk box': 'deskBox',
  'bread bag': 'tote',
  'tote bag': 'tote',
  'wash bag': 'tote',
  'watering can': 'wateringCan',
  'long sleeve': 'jumper',
  'silk shirt': 'buttonShirt',
  'cotton shirt': 'buttonShirt',
  'red shirt': 'buttonShirt',
  'blue shirt': 'buttonShirt',
  'linen shirt': 'buttonShirt',
  'flannel shirt': 'buttonShirt',
}

const FALLBACKS: readonly MotifName[] = ['leaf', 'branch', 'bark', 'hills']

const motifByWord = new Map<string, MotifName>()
for (const [motif, words] of Object.entries(MOTIF_WORDS)) {
  for (const word of words.split(' ')) motifByWord.set(word, motif as MotifName)
}

/**
 * Finds the motif for a product. The last noun of an English title names the product (`Chair cushion`), so the words
 * are tried from the end, pairs before single words; then the words of the product type. Undefined if no word is known.
 */
export function findMotif(
  titleWords: readonly string[],
  typeWords: readonly string[],
): MotifName | undefined {
  for (const words of [titleWords, typeWords]) {
    const known = words.map(singular)
    for (let at = known.length - 1; at >= 0; at--) {
      const phrase = MOTIF_PHRASES[`${known[at - 1]} ${known[at]}`]
      if (phrase !== undefined) return phrase
      const motif = motifByWord.get(known[at]!) ?? motifByWord.get(words[at]!)
      if (motif !== undefined) return motif
    }
  }
  return undefined
}

/** A motif for a product without a known word: leaves, bark or hills. */
export function fallbackMotif(random: () => number): MotifName {
  return FALLBACKS[Math.floor(random() * FALLBACKS.length)]!
}

export function motifNamed(name: MotifName): Motif {
  return motifs[name]
}

/** The words of a text in lower case, without accents and punctuation, from its first 300 characters. */
export function wordsOf(text: string): string[] {
  const plain = text.slice(0, 300).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.match(/[a-z]+/g) ?? []
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ch|sh|x|ss)es$/.test(word)) return word.slice(0, -2)
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}
