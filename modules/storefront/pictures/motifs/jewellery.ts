import { box, ellipse, line, type Motif, path, tableShadow } from '../motif.ts'

/** Jewellery: in the metal that the title names. Default: gold. */
export const jewellery = {
  ring: {
    setting: 'standing',
    draw: (p) =>
      tableShadow(400, 150) +
      `<ellipse cx="400" cy="492" rx="132" ry="128" fill="none" stroke="${p.lit.metal}" stroke-width="30"/>` +
      `<ellipse cx="392" cy="490" rx="124" ry="120" fill="none" stroke="#fff" stroke-width="5" opacity=".45"/>` +
      path('M344 350h112l20-26-28-44h-96l-28 44z', p.metalDark) +
      path('M330 300l34-52h72l34 52-70 76z', p.stone) +
      path('M330 300h140l-70 76z', p.stoneDark, ' opacity=".5"') +
      path('M364 248l-10 52 46 76 46-76-10-52z', '#fff', ' opacity=".28"'),
  },
  necklace: {
    setting: 'hanging',
    draw: (p) =>
      bust(p.paper) +
      line('M262 214c10 170 66 262 138 286 72-24 128-116 138-286', p.metal, 9) +
      line(
        'M262 214c10 170 66 262 138 286 72-24 128-116 138-286',
        '#fff',
        2.5,
        ' opacity=".6" stroke-dasharray="4 9"',
      ) +
      `<circle cx="400" cy="512" r="12" fill="none" stroke="${p.metal}" stroke-width="6"/>` +
      path('M400 524c44 34 60 62 60 90 0 32-26 50-60 50s-60-18-60-50c0-28 16-56 60-90z', p.lit.metal) +
      path('M400 566c22 18 30 32 30 46 0 18-13 28-30 28s-30-10-30-28c0-14 8-28 30-46z', p.second),
  },
  earrings: {
    setting: 'hanging',
    draw: (p) =>
      earring(280, 170, p.metal, p.lit.metal, p.stone, p.stoneDark) +
      earring(520, 210, p.metal, p.lit.metal, p.stone, p.stoneDark),
  },
  bracelet: {
    setting: 'standing',
    draw: (p) =>
      tableShadow(400, 210) +
      box(252, 520, 296, 100, p.lit.wood, 20) +
      line('M214 478a186 92 0 0 1 372 0', p.metalDark, 26) +
      line('M214 478a186 92 0 0 0 372 0', p.lit.metal, 30) +
      [
        [258, 526],
        [316, 556],
        [400, 568],
        [484, 556],
        [542, 526],
      ]
        .map(
          ([x, y], index) =>
            `<circle cx="${x}" cy="${y}" r="28" fill="${index % 2 ? p.lit.metal : p.stone}"/><circle cx="${x! - 8}" cy="${y! - 9}" r="7" fill="#fff" opacity=".55"/>`,
        )
        .join(''),
  },
  watch: {
    setting: 'hanging',
    draw: (p) =>
      path('M338 130h124l16 170H322zM322 500h156l-16 170H338z', p.lit.main) +
      line('M400 560v2M400 596v2M400 632v2', p.mainDark, 12) +
      box(548, 384, 34, 32, p.metalDark, 8) +
      `<circle cx="400" cy="400" r="152" fill="${p.lit.metal}"/><circle cx="400" cy="400" r="122" fill="${p.paper}"/>` +
      line('M400 296v16M400 488v16M296 400h16M488 400h16', p.mainDark, 8) +
      line('M400 400v-66M400 400l52 34', '#2b3630', 11) +
      ellipse(400, 400, 10, 10, p.gold),
  },
} satisfies Record<string, Motif>

function bust(colour: string): string {
  return path(
    'M330 90h140c0 70 20 100 110 130 60 22 90 70 96 150l28 440H96l28-440c6-80 36-128 96-150 90-30 110-60 110-130z',
    colour,
    ' opacity=".55"',
  )
}

function earring(x: number, y: number, metal: string, lit: string, stone: string, dark: string): string {
  return `<g transform="translate(${x} ${y})">${line('M0 70c-40-10-40-74 0-74 34 0 40 40 14 60', metal, 9)}<circle cx="0" cy="118" r="46" fill="none" stroke="${lit}" stroke-width="14"/>${path('M0 168c46 60 62 100 62 138 0 42-28 66-62 66s-62-24-62-66c0-38 16-78 62-138z', stone)}${path('M0 168c46 60 62 100 62 138 0 42-28 66-62 66z', dark, ' opacity=".4"')}<circle cx="0" cy="118" r="15" fill="${metal}"/></g>`
}
