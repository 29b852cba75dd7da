import { pick } from '#shared/random.ts'

/** Colours of the wall and the floor of a picture, taken from an aspen grove in all seasons. */
export type Surroundings = { wall: string; floor: string }

const SURROUNDINGS: readonly Surroundings[] = [
  { wall: '#efe7d6', floor: '#dfd2b8' }, // bark
  { wall: '#cdd6c3', floor: '#b2c0a6' }, // sage
  { wall: '#d6dedd', floor: '#bac8c7' }, // mist
  { wall: '#e8cfb9', floor: '#d6b294' }, // clay
  { wall: '#f0dca6', floor: '#e0c26f' }, // leaf in October
  { wall: '#35503f', floor: '#273e31' }, // pine
  { wall: '#d3dfe7', floor: '#b7cbd7' }, // sky
  { wall: '#ecd6cf', floor: '#dab8af' }, // dog rose
  { wall: '#dedbd2', floor: '#c6c1b5' }, // stone
  { wall: '#c3c69b', floor: '#a6ab79' }, // moss
  { wall: '#37434b', floor: '#2a343b' }, // night
]

/** For objects whose text names no colour, and for second colours. */
const OBJECT_COLOURS = [
  '#f4ecdb',
  '#dba32e',
  '#b5562f',
  '#2f5645',
  '#2b3630',
  '#3d5278',
  '#d89c8d',
  '#c4704b',
  '#70808a',
  '#7d8b4c',
  '#6f4c64',
  '#83a9bf',
]

/** The colours that texts may name. The values suit the surroundings. */
const COLOURS = new Map([
  ['amber', '#d08a2a'],
  ['black', '#2d302f'],
  ['brass', '#c99b45'],
  ['clay', '#b9694a'],
  ['clear', '#cfdedb'],
  ['cognac', '#a3582f'],
  ['cream', '#f1e6cd'],
  ['galvanised', '#b4bbbd'],
  ['green', '#4b7354'],
  ['indigo', '#3f4d80'],
  ['moss', '#6f7d45'],
  ['mustard', '#cf9a2c'],
  ['natural', '#d8c4a0'],
  ['navy', '#2c3d5e'],
  ['oat', '#dfd0b4'],
  ['olive', '#76793f'],
  ['pine', '#2f5645'],
  ['plum', '#6f4c64'],
  ['rose', '#d79a96'],
  ['rust', '#a8502c'],
  ['sage', '#93a587'],
  ['sand', '#d9c39a'],
  ['slate', '#5f6c74'],
  ['smoke', '#77746e'],
  ['steel', '#a9b1b4'],
  ['stone', '#b3ada0'],
  ['terracotta', '#c0694a'],
  ['white', '#f6f2e8'],
  ['yellow', '#e1b33c'],
])

/**
 * The colour that a text names at its end, as in `A round vase, in moss`; undefined if it names none. Throws when the
 * colour is unknown.
 */
export function colourIn(text: string): string | undefined {
  const word = /, in (\w+)[^,]*$/.exec(text)?.[1]
  if (word === undefined) return undefined
  const colour = COLOURS.get(word)
  if (!colour) throw new Error(`Cannot draw "${text}": the colour "${word}" is unknown; add it to colours.ts`)
  return colour
}

/** Chooses the colours of the object (`named`, or a random one) and of its surroundings, which differ clearly in lightness. */
export function chooseColours(random: () => number, named: string | undefined) {
  const main = named ?? pick(random, OBJECT_COLOURS)
  const contrasting = SURROUNDINGS.filter(({ wall }) => Math.abs(lightness(wall) - lightness(main)) > 0.14)
  const surroundings = pick(random, contrasting)
  const seconds = OBJECT_COLOURS.filter(
    (colour) =>
      Math.abs(lightness(colour) - lightness(main)) > 0.18 &&
      Math.abs(lightness(colour) - lightness(surroundings.wall)) > 0.1,
  )
  return { main, second: pick(random, seconds.length > 0 ? seconds : OBJECT_COLOURS), surroundings }
}

/** Mixes two colours: a share of 0 returns `from`, 1 returns `to`. */
function mix(from: string, to: string, share: number): string {
  const a = channels(from)
  const b = channels(to)
  const mixed = a.map((channel, index) => Math.round(channel + (b[index]! - channel) * share))
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

export const darker = (colour: string, share: number) => mix(colour, '#1a1410', share)
export const lighter = (colour: string, share: number) => mix(colour, '#fffaf0', share)

/** Perceived lightness from 0 to 1 (Rec. 709 luma of the encoded channels). */
function lightness(colour: string): number {
  const [red, green, blue] = channels(colour)
  return (0.2126 * red! + 0.7152 * green! + 0.0722 * blue!) / 255
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}
