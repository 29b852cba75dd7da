/**
 * The paints of a picture. Those in `lit` are references to gradients that are lighter on the left, because the light
 * comes from the left in all pictures. The others are flat colours.
 */
export type Paints = {
  lit: { main: string; second: string; metal: string; steel: string; wood: string }
  main: string
  mainDark: string
  mainLight: string
  second: string
  secondDark: string
  /** Brass, for fittings. */
  metal: string
  metalDark: string
  steelDark: string
  wood: string
  woodDark: string
  /** Overlay of stripes, checks, dots or knitting; undefined for plain cloth. */
  pattern: string | undefined
  gold: string
  leaf: string
  leafDark: string
  paper: string
}

/** An object to draw in a square of 800. */
export type Motif = {
  setting: 'standing' | 'hanging'
  draw: (paints: Paints) => string
}

/** An object that rests on a table, at y = `TABLE`. */
export function standing(draw: Motif['draw']): Motif {
  return { setting: 'standing', draw }
}

/** An object that hangs or lies: it is centred, and casts a shadow on the surface behind it. */
export function hanging(draw: Motif['draw']): Motif {
  return { setting: 'hanging', draw }
}

/** The y coordinate at which standing objects rest. */
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

/** A shape with a fill, and a pattern over it. */
export function cloth(d: string, fill: string, pattern: string | undefined): string {
  return path(d, fill) + (pattern === undefined ? '' : path(d, pattern))
}

/** The soft shadow of an object on the table, to the right of the object. */
export function tableShadow(centre: number, radius: number): string {
  return (
    ellipse(centre + radius * 0.35, TABLE + 8, radius * 1.35, radius * 0.17, 'url(#s)') +
    ellipse(centre, TABLE + 2, radius * 1.02, radius * 0.07, 'url(#s)')
  )
}

/** The drawing and its mirror image on the picture's vertical axis. */
export function both(drawing: string): string {
  return `${drawing}<g transform="matrix(-1 0 0 1 800 0)">${drawing}</g>`
}
