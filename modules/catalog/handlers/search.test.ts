import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import type { ProductDraft } from '../contract.ts'
import { productDraft, variantDraft } from '../rules/testing/drafts.ts'

const products: [title: string, description: string, parts?: Partial<ProductDraft>][] = [
  ['Sofa', 'For two'],
  ['Grey Sofa', 'Large four-seater'],
  ['Sofa Cushion Cover', 'Linen, washable', { type: 'Textiles' }],
  ['Yellow Armchair', 'Goes well with any sofa', { type: 'Chairs' }],
  ['Gold Bracelet', 'A thin chain', { type: 'Jewellery', tags: ['gift'] }],
  ['Leather Bracelet', 'With a gold clasp', { type: 'Jewellery', vendor: 'Nordic Goods' }],
  ['Women’s Running Shoes', 'Light and fast', { type: 'Footwear' }],
  ['Café Crème Mug', 'Stoneware', { type: 'Mugs' }],
  ['Бежевый диван', 'Мягкий', { type: 'Диваны' }],
  [
    'T-Shirt',
    'The one that you wear every day',
    { type: 'Clothes', options: [{ name: 'Color', values: ['Turquoise'] }] },
  ],
  ['Candle', 'It smells of vanilla', { type: '' }],
  ['Bathrobe', 'Terry cloth', { type: 'Towels' }],
  ['Oak Wardrobe', 'Two doors', { type: 'Cupboards' }],
  ['Secret Sofa', 'Not for sale yet', { published: false }],
]

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['catalog'] })
  const drafts = products.map(([title, text, parts], i) =>
    productDraft({
      handle: `p-${i}`,
      title,
      descriptionHtml: `<p>${text}</p>`,
      variants: [
        variantDraft({
          sku: `AB-10${i}`,
          optionValues: parts?.options?.flatMap(({ values }) => values) ?? [],
        }),
      ],
      ...parts,
    }),
  )
  await shop.calls.catalog.importProducts({ products: drafts, dryRun: false })
})
afterAll(() => shop?.stop())

async function search(query: string): Promise<string[]> {
  return (await shop.calls.catalog.listProducts({ query })).items.map(({ title }) => title)
}

describe('matching', () => {
  test.each([
    ['all words must match', 'gold bracelet', ['Gold Bracelet', 'Leather Bracelet']],
    ['words may match different members', 'leather nordic', ['Leather Bracelet']],
    ['letter case is ignored', 'BRACELET gOLD', ['Gold Bracelet', 'Leather Bracelet']],
    ['accents are ignored', 'cafe creme', ['Café Crème Mug']],
    ['accents may be typed', 'crème', ['Café Crème Mug']],
    ['singular and plural match each other', 'mugs', ['Café Crème Mug']],
    ['forms of a word match each other', 'smelling', ['Candle']],
    ['an apostrophe is ignored', "women's shoe", ['Women’s Running Shoes']],
    ['a query without the apostrophe', 'womens', ['Women’s Running Shoes']],
    ['the last word may be incomplete', 'leather brac', ['Leather Bracelet']],
    ['other scripts', 'диван', ['Бежевый диван']],
    ['a tag', 'gift', ['Gold Bracelet']],
    ['a vendor', 'nordic', ['Leather Bracelet']],
    ['an option value', 'turquoise', ['T-Shirt']],
    ['a SKU', 'AB-105', ['Leather Bracelet']],
    ['stop words are ignored', 'the mug with the crème', ['Café Crème Mug']],
    ['a hyphenated word', 't-shirt', ['T-Shirt']],
  ])('%s: %j', async (_why, query, titles) => {
    expect(await search(query)).toEqual(titles)
  })

  test('an unpublished product is not found', async () => {
    expect(await search('secret')).not.toContain('Secret Sofa')
  })
})

describe('the order of results', () => {
  test('matches in titles come first, shorter titles before longer ones, then facts, then descriptions', async () => {
    expect(await search('sofa')).toEqual(['Sofa', 'Grey Sofa', 'Sofa Cushion Cover', 'Yellow Armchair'])
    expect(await search('gold')).toEqual(['Gold Bracelet', 'Leather Bracelet'])
    expect(await search('jewellery')).toEqual(['Leather Bracelet', 'Gold Bracelet'])
  })

  test('results can be sorted by another key', async () => {
    const { items } = await shop.calls.catalog.listProducts({ query: 'bracelet', sort: 'title' })
    expect(items.map(({ title }) => title)).toEqual(['Gold Bracelet', 'Leather Bracelet'])
  })
})

describe('typing mistakes', () => {
  test.each([
    ['braclet', 'Gold Bracelet'],
    ['bracelte', 'Gold Bracelet'],
    ['armchiar', 'Yellow Armchair'],
    ['yelow armchair', 'Yellow Armchair'],
    ['cushon', 'Sofa Cushion Cover'],
    ['shirp', 'T-Shirt'],
    ['shrit', 'T-Shirt'],
    ['turqoise', 'T-Shirt'],
    ['дивпн', 'Бежевый диван'],
  ])('%j finds %j', async (query, title) => {
    expect(await search(query)).toContain(title)
  })

  test('a word without similar words is left out while another word is known', async () => {
    expect(await search('qwertzy bracelet')).toEqual(await search('bracelet'))
  })

  test('nothing is found for words without similar words', async () => {
    expect(await search('qwertzy')).toEqual([])
    expect(await search('qwertzy asdfgh')).toEqual([])
  })

  test.each([
    ['the end of a compound finds it', 'robe', ['Bathrobe', 'Oak Wardrobe']],
    ['the end in the plural finds it', 'robes', ['Bathrobe', 'Oak Wardrobe']],
    ['the end after another word', 'oak robe', ['Oak Wardrobe']],
    ['the end before another word', 'robe oak', ['Oak Wardrobe']],
    ['an end of three letters finds nothing', 'obe', []],
  ])('%s: %j', async (_why, query, titles) => {
    expect((await search(query)).toSorted()).toEqual(titles)
    const byName = await shop.calls.catalog.listProducts({ query, sort: 'title' })
    expect(byName.items.map(({ title }) => title)).toEqual(titles)
  })

  test('nothing is corrected when all words are known but no product has all of them', async () => {
    expect(await search('leather mug')).toEqual([])
  })

  test('a word is not corrected to a word that no product has any more', async () => {
    const product = productDraft({ handle: 'fleeting', title: 'Umbrella' })
    await shop.calls.catalog.importProducts({ products: [product], dryRun: false })
    expect(await search('umbrela')).toEqual(['Umbrella'])
    await shop.calls.catalog.importProducts({ products: [{ ...product, title: 'Parasol' }], dryRun: false })
    expect(await search('umbrela')).toEqual([])
  })
})

test.each([
  '!!!',
  '&',
  "' or 1=1 --",
  ':*',
  '(',
  '\\',
  '%',
  '   ',
  'a'.repeat(200),
  '😀',
  '<script>',
  '\u0301',
])('the query %j does not fail', async (query) => {
  expect(Array.isArray(await search(query))).toBe(true)
})

test('a query without letters and digits finds nothing, an empty query finds everything', async () => {
  expect(await search('?!')).toEqual([])
  expect(await search(' ')).not.toEqual([])
})

describe('a SKU', () => {
  const skus = ['16-07', '1607', '16-07-99', 'NOR.0707-60', 'A/B_1', 'AA-100MM']
  beforeAll(async () => {
    const drafts = skus.map((sku, i) =>
      productDraft({
        handle: `sku-${i}`,
        // The words of the SKUs are also in the titles of other products
        title: `Part ${i} instead of 16 07 nor 0707 60 a b 1 aa 100mm`,
        variants: [variantDraft({ sku })],
      }),
    )
    drafts.push(
      productDraft({ handle: 'sku-name', title: '16 07', variants: [variantDraft({ sku: 'other' })] }),
    )
    await shop.calls.catalog.importProducts({ products: drafts, dryRun: false })
  })

  test.each([...skus, 'nor.0707-60', ' aa-100mm '])('that is typed as %j is found first', async (query) => {
    const { items } = await shop.calls.catalog.listProducts({ query })
    expect(items[0]?.variants[0]?.sku?.toLowerCase()).toBe(query.trim().toLowerCase())
  })

  test('is listed once in pages of one product', async () => {
    const found: string[] = []
    let cursor: string | null | undefined
    do {
      const page: Awaited<ReturnType<typeof shop.calls.catalog.listProducts>> =
        await shop.calls.catalog.listProducts({ query: '16-07', limit: 1, ...(cursor ? { cursor } : {}) })
      found.push(...page.items.map(({ handle }) => handle))
      cursor = page.nextCursor
    } while (cursor)
    expect(found.slice(0, 2)).toEqual(['sku-0', 'sku-name'])
    expect(found.length).toBeGreaterThan(5)
    expect(new Set(found).size).toBe(found.length)
  })
})

describe('scripts without spaces', () => {
  const titles = [
    '日本酒セット',
    '京都の緑茶 ティーバッグ 50個入り',
    'オリジナルTシャツ',
    '东北大米5公斤装',
    '한국어 상품',
    '겨울용 남성모자세트',
    'ภาษาไทย',
    'ชุดหมวกกันน็อคเด็ก',
    'ເສື້ອຜ້າລາວ',
    'ខ្មែរក្រមា',
  ]
  beforeAll(async () => {
    const drafts = titles.map((title, i) => productDraft({ handle: `run-${i}`, title, type: 'Other' }))
    drafts.push(
      productDraft({ handle: 'run-facts', title: 'Kettle', tags: ['手作り鉄瓶'], type: 'Other' }),
      productDraft({
        handle: 'run-text',
        title: 'Pot',
        descriptionHtml: '<p>南部鉄器の急須です。</p>',
        type: 'Other',
      }),
    )
    await shop.calls.catalog.importProducts({ products: drafts, dryRun: false })
  })

  test.each([
    ['one character', '茶', ['京都の緑茶 ティーバッグ 50個入り']],
    ['the last character', '急須', ['Pot']],
    ['a character in the middle', '酒', ['日本酒セット']],
    ['a part over two scripts', '本酒セ', ['日本酒セット']],
    ['a part of a fact', '鉄瓶', ['Kettle']],
    ['without the space', '緑茶ティーバッグ', ['京都の緑茶 ティーバッグ 50個入り']],
    ['with an additional space', '緑茶 バッグ', ['京都の緑茶 ティーバッグ 50個入り']],
    ['half-width letters', 'ﾊﾞｯｸﾞ', ['京都の緑茶 ティーバッグ 50個入り']],
    ['next to Latin letters', 'tシャツ', ['オリジナルTシャツ']],
    ['next to digits', '大米 5', ['东北大米5公斤装']],
    ['Korean', '국어', ['한국어 상품']],
    ['Korean, inside of a word', '모자', ['겨울용 남성모자세트']],
    ['Thai', 'หมวก', ['ชุดหมวกกันน็อคเด็ก']],
    ['Thai, two letters', 'ไท', ['ภาษาไทย']],
    ['Lao', 'ຜ້າ', ['ເສື້ອຜ້າລາວ']],
    ['Khmer', 'ក្រមា', ['ខ្មែរក្រមា']],
  ])('%s: %j', async (_why, query, found) => {
    expect(await search(query)).toEqual(found)
  })

  test.each(['酒本', '茶緑', 'หวมก', '자모세'])(
    '%j is not found, because the titles have its characters in another order',
    async (query) => {
      expect(await search(query)).toEqual([])
    },
  )

  test('an unknown part is left out if other words are known', async () => {
    expect(await search('kettle 鉛筆')).toEqual(['Kettle'])
  })

  test('listings of an earlier version are found by whole words until rebuildSearch() has rebuilt them, then also by parts', async () => {
    await shop.sql`
      update catalog.listing set title_terms = to_tsvector('catalog.plain', '日本酒セット'),
        fact_terms = to_tsvector('catalog.plain', '日本酒セット'), all_terms = to_tsvector('catalog.plain', '日本酒セット')
      where number = (select number from catalog.product where handle = 'run-0')`
    await shop.sql`insert into catalog.search_rebuild (rebuilt) values (0)`
    expect([await search('本酒'), await search('日本酒セット')]).toEqual([[], ['日本酒セット']])
    const [{ count }] = await shop.sql<[{ count: number }]>`select count(*) as count from catalog.listing`
    expect(await shop.runJob('catalog.rebuildSearch')).toEqual({ rebuilt: count })
    expect(await search('本酒')).toEqual(['日本酒セット'])
    expect(await search('turquoise')).toEqual(['T-Shirt'])
    expect(await search('jewellery')).toEqual(['Leather Bracelet', 'Gold Bracelet'])
    expect(await shop.runJob('catalog.rebuildSearch')).toEqual({ rebuilt: 0 })
    expect(await shop.sql`select rebuilt from catalog.search_rebuild`).toEqual([])
  })

  test('a rebuild does not change listings that are up to date', async () => {
    const listings = () =>
      shop.sql`select number, rank, title_terms, fact_terms, all_terms from catalog.listing order by number`
    const before = await listings()
    await shop.sql`insert into catalog.search_rebuild (rebuilt) values (0)`
    await shop.runJob('catalog.rebuildSearch')
    expect(await listings()).toEqual(before)
    await shop.runJob('catalog.rebuildSearch')
  })
})

describe('single letters that are joined to another word', () => {
  beforeAll(async () => {
    const drafts = ['Vitamin B', 'A/B Switch', 'Switch A', 'Type C/D cable'].map((title, i) =>
      productDraft({ handle: `letters-${i}`, title, type: 'Other' }),
    )
    await shop.calls.catalog.importProducts({ products: drafts, dryRun: false })
  })

  test.each([
    ['a/b', ['A/B Switch']],
    ['A-B switch', ['A/B Switch']],
    ['b/a', ['A/B Switch']],
    ['c/d', ['Type C/D cable']],
    ['switch', ['Switch A', 'A/B Switch']],
    ['vitamin b', ['Vitamin B']],
    // No product has both parts, so the single letter is ignored
    ['x/switch', ['Switch A', 'A/B Switch']],
  ])('%j finds %j', async (query, found) => {
    const titles = await search(query)
    // Leaves out the products of the tests of SKUs, whose titles contain these letters too
    expect(titles.filter((title) => !title.startsWith('Part'))).toEqual(found)
  })
})
