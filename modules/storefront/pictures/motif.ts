/**
 * The paints of a picture. The `lit` ones are references to gradients that are lighter on the left, where the
 * light of every picture comes from; the others are flat colours.
 */
export type Paints = {
  lit: { main: string; second: string; metal: string; steel: string; wood: string }
  main: string
  mainDark: string
  mainLight: string
  second: string
  secondDark: string
  /** The precious metal of jewellery and fittings. */
  metal: string
  metalDark: string
  /** A gem's colour, which shows on the metal. */
  stone: string
  stoneDark: string
  steelDark: string
  wood: string
  woodDark: string
  /** Overlay of stripes, checks or dots; undefined for plain cloth. */
  pattern: string | undefined
  gold: string
  leaf: string
  leafDark: string
  paper: string
}

/**
 * One thing to draw. Standing things rest on the table at y = 620; hanging and lying ones are centred in the
 * square of 800 and cast their shadow on the ground behind them.
 */
export type Motif = {
  setting: 'standing' | 'hanging'
  draw: (paints: Paints, random: () => number) => string
}

/** Where standing things rest. */
export const TABLE = 620

export function path(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}"${more}/>`
}

export function line(d: string, stroke: string, width: number, more = ''): string {
  return `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${more}/>`
}

export function ellipse(cx: number, cy: number, rx: number, ry: number, fill: string, more = ''): string {
  return `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}"${more}/>`
}

export function box(x: number, y: number, width: number, height: number, fill: string, radius = 0): string {
  const round = radius > 0 ? ` rx="${radius}"` : ''
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}"${round} fill="${fill}"/>`
}

/** A form in a paint, with a pattern over it. */
export function cloth(d: string, fill: string, pattern: string | undefined): string {
  return path(d, fill) + (pattern === undefined ? '' : path(d, pattern))
}

/** A soft shadow on the table, from the thing away from the light. */
export function tableShadow(centre: number, radius: number): string {
  return (
    ellipse(centre + radius * 0.35, TABLE + 8, radius * 1.35, radius * 0.17, 'url(#s)') +
    ellipse(centre, TABLE + 2, radius * 1.02, radius * 0.07, 'url(#s)')
  )
}

/** The same drawing mirrored on the picture's vertical axis, together with the original. */
export function both(drawing: string): string {
  return `${drawing}<g transform="matrix(-1 0 0 1 800 0)">${drawing}</g>`
}
