import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { RowWarning, WarningCode } from './reader-output.ts'
import { csvOf } from './testing/csv-text.ts'
import { readAll } from './testing/read-all.ts'

const POT = {
  Handle: 'pot',
  Title: 'Pot',
  'Option1 Name': 'Title',
  'Option1 Value': 'Default Title',
  'Variant Price': '9.99',
}

function sizes(...rows: Record<string, string>[]): Record<string, string>[] {
  return rows.map((row, index) => ({
    Handle: 'pot',
    ...(index === 0 ? { Title: 'Pot', 'Option1 Name': 'Size' } : {}),
    'Variant Price': '9.99',
    ...row,
  }))
}

/** The only product of a file without problems, with the members of its draft. */
async function readOne(...rows: Record<string, string>[]) {
  const { products, problems } = await readAll(csvOf(rows))
  expect(problems).toEqual([])
  expect(products).toHaveLength(1)
  const { draft, ...rest } = products[0]!
  return { ...draft, ...rest }
}

/** The problems of a file, as `line column code`. */
async function problemsOf(file: string | Uint8Array): Promise<string[]> {
  const { problems } = await readAll(file)
  return problems.map(({ line, column, code }) => `${line} ${column} ${code}`)
}

function warningCodes({ warnings }: { warnings: RowWarning[] }): WarningCode[] {
  return warnings.map(({ code }) => code)
}

describe('readShopifyProducts(): files', () => {
  test.each([
    ['an empty file', '', 'FILE_EMPTY', 'empty'],
    ['a file of blank lines', '\ufeff\n,,\n', 'FILE_EMPTY', 'empty'],
    ['a header without rows', csvOf([]), 'FILE_WITHOUT_ROWS', 'no products'],
    ['another CSV file', 'Name,Email\nx,y\n', 'FILE_COLUMNS_MISSING', "'Handle', 'Title'"],
    ['a web page', '<!DOCTYPE html>\n<html></html>', 'FILE_COLUMNS_MISSING', '<!DOCTYPE html>'],
    ['a file of NUL bytes', '\0\0\0\0', 'FILE_NOT_CSV', 'not CSV'],
    ['a header with an unclosed quote', '"Handle,Title\npot,Pot\n', 'FILE_NOT_CSV', 'not CSV'],
    ['one endless line', 'x'.repeat(3_000_000), 'FILE_NOT_CSV', 'not CSV'],
    ['an Excel workbook', 'PK\u0003\u0004rest', 'FILE_NOT_CSV', 'workbook'],
    ['UTF-16', Buffer.from(`\ufeff${csvOf([POT])}`, 'utf16le'), 'FILE_NOT_UTF8', 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from(csvOf([POT]), 'utf16le'), 'FILE_NOT_CSV', 'not CSV'],
    ['a header that is not UTF-8', Buffer.from('Handle,Größe\n', 'latin1'), 'FILE_NOT_UTF8', 'first line'],
  ])('refuses %s', async (_, file, code, message) => {
    const read = readAll(file)
    await expect(read).rejects.toMatchObject({ name: 'ShopifyFileError', code })
    await expect(read).rejects.toThrow(message)
  })

  test('reads from a Node stream', async () => {
    const { products } = await readAll(await Array.fromAsync(Readable.from([csvOf([POT])])))
    expect(products).toHaveLength(1)
  })

  test('reports the columns once, before the first product', async () => {
    const calls: unknown[] = []
    const rows = [{ ...POT, Shelf: 'A3', 'Google Shopping / MPN': 'x' }]
    await readAll(csvOf(rows), { onColumns: ({ unknown, ignored }) => calls.push({ unknown, ignored }) })
    expect(calls).toEqual([{ unknown: ['Shelf'], ignored: ['Google Shopping / MPN'] }])
  })
})

describe('readShopifyProducts(): rows', () => {
  test('leaves out rows whose text is not UTF-8 or has NUL bytes, and reports the line', async () => {
    const [header, row] = csvOf([POT]).split('\n') as [string, string]
    const file = Buffer.concat([
      Buffer.from(`${header}\n`),
      Buffer.from(row.replace('Pot', 'Töpf').replace('pot,', 'one,'), 'latin1'),
      Buffer.from(`\n${row.replace('Pot', 'P\0t').replace('pot,', 'two,')}\n${row}\n`),
    ])
    expect(await problemsOf(file)).toEqual(['2 Title TEXT_NOT_UTF8', '3 Title TEXT_HAS_NUL'])
    expect((await readAll(file)).products.map(({ draft }) => draft.handle)).toEqual(['pot'])
  })

  test('ignores damaged text in a column that it does not use', async () => {
    expect((await readOne({ ...POT, Shelf: 'A\ufffd' })).title).toBe('Pot')
  })

  test('leaves out rows without a handle, and products without a title', async () => {
    const rows = [
      { ...POT, Handle: '' },
      { ...POT, Handle: '!?' },
      { ...POT, Title: ' ' },
      { ...POT, Handle: 'cup' },
    ]
    expect(await problemsOf(csvOf(rows))).toEqual([
      '2 Handle HANDLE_MISSING',
      '3 Handle HANDLE_INVALID',
      '4 Title TITLE_MISSING',
    ])
  })

  test('reads a cell without a visible character as empty', async () => {
    const unseen = '\u200b\u200b'
    expect(await problemsOf(csvOf([{ ...POT, Title: unseen }]))).toEqual(['2 Title TITLE_MISSING'])
    expect(await problemsOf(csvOf(sizes({ 'Option1 Value': 'S' }, { 'Option1 Value': unseen })))).toEqual([
      '3 Option1 Value OPTION_VALUE_MISSING',
    ])
    const product = await readOne({ ...POT, Vendor: unseen, Type: unseen, Tags: `${unseen}, Clay` })
    expect(product).toMatchObject({ vendor: '', type: '', tags: ['Clay'] })
  })

  test('joins the rows of a product, wherever they are in the file', async () => {
    const file = csvOf([
      { ...POT, 'Option1 Name': 'Size', 'Option1 Value': 'S' },
      { ...POT, Handle: 'cup' },
      { ...POT, Handle: 'Pot', Title: '', 'Option1 Value': 'M' },
      { ...POT, Handle: 'jug' },
      { Handle: 'pot', 'Option1 Value': 'L', 'Variant Price': 'no' },
    ])
    const { products, problems } = await readAll(file)
    expect(products.map(({ draft, line }) => [draft.handle, line, draft.variants.length])).toEqual([
      ['cup', 3, 1],
      ['jug', 5, 1],
      ['pot', 2, 2],
    ])
    expect(problems.map(({ line, code }) => [line, code])).toEqual([[6, 'PRICE_INVALID']])
  })

  test('leaves out a product whose converted handle another product already has', async () => {
    const { products, problems } = await readAll(
      csvOf([
        { ...POT, Handle: 'big-pot' },
        { ...POT, Handle: 'Big Pot!' },
      ]),
    )
    expect(products.map(({ draft }) => draft.handle)).toEqual(['big-pot'])
    expect(problems).toMatchObject([{ line: 3, handle: 'big-pot', code: 'HANDLE_REPEATED' }])
    expect(problems[0]?.message).toContain('the product on line 2 already has')
  })

  test('converts an invalid handle, with a warning', async () => {
    const product = await readOne({ ...POT, Handle: 'Big Pot!' })
    expect(product.handle).toBe('big-pot')
    expect(warningCodes(product)).toEqual(['HANDLE_CHANGED'])
  })

  test('keeps the first title of a product', async () => {
    const product = await readOne(...sizes({ 'Option1 Value': 'S' }, { 'Option1 Value': 'M', Title: 'Cup' }))
    expect(product.title).toBe('Pot')
    expect(warningCodes(product)).toEqual(['TITLE_DIFFERS'])
  })

  test('says in the message of a problem what was left out, the value, and what to do', async () => {
    const { problems } = await readAll(csvOf([{ ...POT, 'Variant Price': 'on request' }]))
    expect(problems[0]?.message).toBe(
      "Left out this variant: the price 'on request' is not a number; write it like 19.99",
    )
  })
})

describe('readShopifyProducts(): variants', () => {
  test('reads a product without options', async () => {
    const { options, variants, stock } = await readOne(POT)
    expect(options).toEqual([])
    expect(stock).toEqual([{ quantity: null, backorder: false }])
    expect(variants).toEqual([
      {
        sku: null,
        optionValues: [],
        price: { amount: 999, currency: 'EUR' },
        compareAtPrice: null,
        weightGrams: 0,
        requiresShipping: true,
        taxable: true,
        barcode: null,
        pictureUrl: null,
      },
    ])
  })

  test('reads the names of options from the first row', async () => {
    const { options, variants } = await readOne(
      ...sizes(
        { 'Option1 Value': 'S', 'Option2 Name': 'Glaze', 'Option2 Value': 'White' },
        { 'Option1 Value': 'L', 'Option2 Value': 'white' },
      ),
    )
    expect(options).toEqual([
      { name: 'Size', values: ['S', 'L'] },
      { name: 'Glaze', values: ['White'] },
    ])
    expect(variants.map(({ optionValues }) => optionValues)).toEqual([
      ['S', 'White'],
      ['L', 'White'],
    ])
  })

  test.each(['Colour', 'COLOURS', 'color', 'Color'])('imports the option %j as Color', async (name) => {
    const { options } = await readOne({ ...POT, 'Option1 Name': name, 'Option1 Value': 'Blue' })
    expect(options).toEqual([{ name: 'Color', values: ['Blue'] }])
  })

  test('warns when an option is renamed, or lacks a name or values', async () => {
    const renamed = await readOne({ ...POT, 'Option1 Name': 'Colour', 'Option1 Value': 'Blue' })
    expect(warningCodes(renamed)).toEqual(['OPTION_RENAMED'])
    const unnamed = await readOne({ ...POT, 'Option1 Name': '', 'Option1 Value': 'Blue' })
    expect(unnamed.options[0]?.name).toBe('Option 1')
    expect(warningCodes(unnamed)).toEqual(['OPTION_NAME_MISSING'])
    const two = { 'Option1 Value': 'Blue', 'Option2 Name': 'Color', 'Option2 Value': 'Red' }
    const repeated = await readOne({ ...POT, 'Option1 Name': 'Color', ...two })
    expect(repeated.options.map(({ name }) => name)).toEqual(['Color', 'Color 2'])
    expect(warningCodes(repeated)).toEqual(['OPTION_NAME_REPEATED'])
    const unused = await readOne({ ...POT, 'Option2 Name': 'Size' })
    expect(unused.options).toEqual([])
    expect(warningCodes(unused)).toEqual(['OPTION_WITHOUT_VALUES'])
  })

  test('leaves out variants without a valid price', async () => {
    const file = csvOf(
      sizes(
        { 'Option1 Value': 'S' },
        { 'Option1 Value': 'M', 'Variant Price': '' },
        { 'Option1 Value': 'L', 'Variant Price': '-1' },
        { 'Option1 Value': 'XL', 'Variant Price': '9.999' },
      ),
    )
    expect(await problemsOf(file)).toEqual([
      '3 Variant Price PRICE_MISSING',
      '4 Variant Price PRICE_NEGATIVE',
      '5 Variant Price PRICE_TOO_PRECISE',
    ])
    const { products } = await readAll(file)
    expect(products[0]?.draft.options).toEqual([{ name: 'Size', values: ['S'] }])
  })

  test('leaves out a product without valid variants, and continues', async () => {
    const file = csvOf([
      { ...POT, 'Variant Price': '' },
      { ...POT, Handle: 'cup' },
    ])
    expect(await problemsOf(file)).toEqual([
      '2 Variant Price PRICE_MISSING',
      '2 null PRODUCT_WITHOUT_VARIANTS',
    ])
    expect((await readAll(file)).products.map(({ draft }) => draft.handle)).toEqual(['cup'])
  })

  test('leaves out variants that repeat another one or lack an option', async () => {
    const file = csvOf(
      sizes({ 'Option1 Value': 'S' }, { 'Option1 Value': 's' }, { 'Option1 Value': '', 'Variant SKU': 'X' }),
    )
    expect(await problemsOf(file)).toEqual([
      '3 Option1 Value VARIANT_REPEATED',
      '4 Option1 Value OPTION_VALUE_MISSING',
    ])
    expect(await problemsOf(csvOf([POT, { ...POT, Title: '' }]))).toEqual([
      '3 Option1 Value VARIANT_REPEATED',
    ])
  })

  test('reads as many variants as Shopify allows, and reports the others as one problem', async () => {
    const rows = (count: number) =>
      csvOf(sizes(...Array.from({ length: count }, (_, index) => ({ 'Option1 Value': `${index} cm` }))))
    expect((await readAll(rows(2048))).products[0]?.draft.variants).toHaveLength(2048)
    expect((await readAll(rows(2048))).problems).toEqual([])
    expect(await problemsOf(rows(2060))).toEqual(['2050 null VARIANT_LIMIT'])
    const { products } = await readAll(rows(120), { maxVariants: 100 })
    expect(products[0]?.draft.variants).toHaveLength(100)
  })

  test('reads prices with the decimals of the currency', async () => {
    const { products } = await readAll(csvOf([{ ...POT, 'Variant Price': '¥1,200' }]), { currency: 'JPY' })
    expect(products[0]?.draft.variants[0]?.price).toEqual({ amount: 1200, currency: 'JPY' })
    expect(warningCodes(products[0]!)).toEqual(['PRICE_READ_AS'])
  })

  test.each(['$5', '5 USD', '£5.00'])(
    'leaves out a variant whose price is %j in a shop that sells in EUR',
    async (text) => {
      const { products, problems } = await readAll(
        csvOf(sizes({ 'Option1 Value': 'S' }, { 'Option1 Value': 'M', 'Variant Price': text })),
      )
      expect(products[0]?.draft.variants).toHaveLength(1)
      expect(problems).toMatchObject([{ line: 3, column: 'Variant Price', code: 'PRICE_CURRENCY' }])
      expect(problems[0]?.message).toMatch(`Left out this variant: the price '${text}' is not in EUR`)
    },
  )

  test.each(['€5', '5 EUR', '5 €'])(
    'does not warn about the price %j in a shop that sells in EUR',
    async (text) => {
      const product = await readOne({ ...POT, 'Variant Price': text })
      expect(product.variants[0]?.price.amount).toBe(500)
      expect(product.warnings).toEqual([])
    },
  )

  test('leaves out a compare-at price in another currency', async () => {
    const product = await readOne({ ...POT, 'Variant Compare At Price': '$12' })
    expect(product.variants[0]?.compareAtPrice).toBeNull()
    expect(product.warnings).toMatchObject([
      { code: 'COMPARE_AT_INVALID', message: expect.stringContaining("'$12' is not in EUR") },
    ])
  })

  test.each([
    ['12,50', 1250, "Imported as 12.50: '12,50'"],
    ['1,234', 123_400, "Imported as 1234.00: '1,234'"],
    ['1.299,00', 129_900, "Imported as 1299.00: '1.299,00'"],
    ['12 500', 1_250_000, "Imported as 12500.00: '12 500'"],
    ['1.500', 150, "Imported as 1.50: '1.500'"],
    ['123.000', 12_300, "Imported as 123.00: '123.000'"],
    ['€ 2.000', 200, "Imported as 2.00: '€ 2.000'"],
  ])(
    'warns with the amount it read for the price %j, as price and as compare-at price',
    async (text, amount, message) => {
      for (const column of ['Variant Price', 'Variant Compare At Price']) {
        const product = await readOne({ ...POT, 'Variant Price': '1.00', [column]: text })
        const [variant] = product.variants
        const price = column === 'Variant Price' ? variant?.price : variant?.compareAtPrice
        expect(price?.amount).toBe(amount)
        expect(product.warnings).toMatchObject([
          { code: 'PRICE_READ_AS', column, message: expect.stringContaining(message) },
        ])
      }
    },
  )

  test.each(['12.50', '12', ' 12.5 ', '.5', '12.', '0.500', '1000.000'])(
    'does not warn about the price %j',
    async (text) => {
      expect(warningCodes(await readOne({ ...POT, 'Variant Price': text }))).toEqual([])
    },
  )

  test.each([
    ['12.00', 1200, []],
    ['', null, []],
    ['0', null, []],
    ['9.99', null, ['COMPARE_AT_NOT_HIGHER']],
    ['5', null, ['COMPARE_AT_NOT_HIGHER']],
    ['twelve', null, ['COMPARE_AT_INVALID']],
  ])('reads the compare-at price %j as %j', async (text, amount, codes) => {
    const product = await readOne({ ...POT, 'Variant Compare At Price': text })
    expect(product.variants[0]?.compareAtPrice?.amount ?? null).toBe(amount)
    expect(warningCodes(product)).toEqual(codes)
  })

  test('keeps a SKU that several variants share', async () => {
    const rows = [
      { ...POT, 'Variant SKU': "'0071" },
      { ...POT, Handle: 'cup', 'Variant SKU': '0071' },
    ]
    const { products } = await readAll(csvOf(rows))
    expect(products.map(({ draft }) => draft.variants[0]?.sku)).toEqual(['0071', '0071'])
    expect(products.flatMap(({ warnings }) => warnings)).toEqual([])
  })

  test('leaves out a barcode that a spreadsheet has rounded', async () => {
    const rounded = await readOne({ ...POT, 'Variant Barcode': '8.71234E+12' })
    expect([rounded.variants[0]?.barcode, warningCodes(rounded)]).toEqual([null, ['BARCODE_DAMAGED']])
    expect((await readOne({ ...POT, 'Variant Barcode': "'0871234567890" })).variants[0]?.barcode).toBe(
      '0871234567890',
    )
  })

  test('reads weight, flags and policy, with a warning for invalid values', async () => {
    const cells = {
      'Variant Grams': '340.4',
      'Variant Taxable': 'FALSE',
      'Variant Inventory Policy': 'continue',
    }
    expect(await readOne({ ...POT, ...cells })).toMatchObject({
      variants: [{ weightGrams: 340.4, taxable: false }],
      stock: [{ backorder: true }],
    })
    const invalid = await readOne({
      ...POT,
      'Variant Inventory Policy': 'foo',
      'Variant Grams': 'heavy',
      'Variant Requires Shipping': 'perhaps',
    })
    expect(invalid).toMatchObject({
      variants: [{ weightGrams: 0, requiresShipping: true }],
      stock: [{ backorder: false }],
    })
    expect(warningCodes(invalid)).toEqual(['POLICY_UNKNOWN', 'WEIGHT_INVALID', 'FLAG_INVALID'])
    expect(invalid.warnings[0]?.message).toMatch(/^Imported as deny, .*: 'foo' is unknown/)
  })

  test.each(['', 'deny', 'Continue', 'FALSE', 'true'])(
    'does not warn about the policy %j',
    async (policy) => {
      expect((await readOne({ ...POT, 'Variant Inventory Policy': policy })).warnings).toEqual([])
    },
  )

  test.each([
    ['1,5', 1.5, "Imported as 1.5 g: '1,5'; write it as 1.5"],
    ['1,250', 1250, "Imported as 1250 g: '1,250'; write it as 1250"],
    ['1.250', 1.25, "Imported as 1.25 g: '1.250'; write 1250 if that is meant"],
  ])('warns with the value it read for the weight %j', async (text, grams, message) => {
    const product = await readOne({ ...POT, 'Variant Grams': text })
    expect(product.variants[0]?.weightGrams).toBe(grams)
    expect(product.warnings).toMatchObject([{ code: 'WEIGHT_READ_AS', column: 'Variant Grams', message }])
  })
})

describe('readShopifyProducts(): stock', () => {
  async function stockOf(...cells: [tracker: string, quantity: string][]) {
    const rows = cells.map(([tracker, quantity], index) => ({
      'Option1 Value': `${index}`,
      'Variant Inventory Tracker': tracker,
      'Variant Inventory Qty': quantity,
    }))
    const product = await readOne(...sizes(...rows))
    const stock = product.stock.map(({ quantity = 'unknown' }) => quantity ?? 'always')
    return [stock, warningCodes(product)]
  }

  test('is tracked only for variants with a tracker', async () => {
    expect(await stockOf(['shopify', '1'], ['shopify', '0'], ['', '0'])).toEqual([[1, 0, 'always'], []])
  })

  test('is always available without a tracker, for any quantity', async () => {
    expect(await stockOf(['', '1'], ['', ''])).toEqual([['always', 'always'], ['STOCK_NOT_TRACKED']])
  })

  test('is unknown, not zero, for an empty or invalid quantity', async () => {
    expect(await stockOf(['shopify', ''])).toEqual([['unknown'], []])
    expect(await stockOf(['shopify', 'lots'])).toEqual([['unknown'], ['STOCK_INVALID']])
  })

  test.each([
    ['1,200', 1200],
    ['1.000', 1],
  ])('warns with the value it read for the quantity %j', async (text, quantity) => {
    expect(await stockOf(['shopify', text])).toEqual([[quantity], ['STOCK_READ_AS']])
    expect(await stockOf(['shopify', '12.0'])).toEqual([[12], []])
  })

  test('is tracked for an unknown tracker, with a warning', async () => {
    expect(await stockOf(['foo', '3'])).toEqual([[3], ['TRACKER_UNKNOWN']])
    expect(await stockOf(['Shopify', '3'], ['amazon_marketplace_web', '3'])).toEqual([[3, 3], []])
  })

  test('is zero for a negative quantity', async () => {
    expect(await stockOf(['shopify', '-3'])).toEqual([[0], ['STOCK_NEGATIVE']])
  })

  test('has no entry for a variant that is left out', async () => {
    const rows = [
      { 'Option1 Value': 'S', 'Variant Inventory Qty': '1' },
      { 'Option1 Value': 'S', 'Variant Inventory Qty': '2' },
      { 'Option1 Value': 'M', 'Variant Inventory Qty': '3', 'Variant Inventory Policy': 'continue' },
    ]
    const { products } = await readAll(csvOf(sizes(...rows)))
    expect(products[0]?.stock).toEqual([
      { quantity: 1, backorder: false },
      { quantity: 3, backorder: true },
    ])
  })

  test('is tracked for variants with a quantity in a file without a tracker column', async () => {
    const header = 'Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty'
    const { products } = await readAll(`${header}\na,A,Size,S,5,3\na,,,M,5,\n`)
    expect(products[0]?.stock.map(({ quantity }) => quantity)).toEqual([3, null])
  })
})

describe('readShopifyProducts(): facts', () => {
  test('reads the facts of a product, and warns about elements that the catalog will remove', async () => {
    const product = await readOne({
      ...POT,
      Title: '  Clay\n pot ',
      'Body (HTML)': '<p onclick="x()">Fired <b>twice</b></p><img src="x">',
      Vendor: 'Grove Goods',
      Type: 'Garden',
      Tags: 'Clay, clay, Plants',
      'SEO Title': 'Clay pot for herbs',
    })
    expect(product).toMatchObject({
      line: 2,
      title: 'Clay pot',
      descriptionHtml: '<p onclick="x()">Fired <b>twice</b></p><img src="x">',
      vendor: 'Grove Goods',
      type: 'Garden',
      tags: ['Clay', 'Plants'],
      published: true,
      seoTitle: 'Clay pot for herbs',
      seoDescription: '',
    })
    expect(warningCodes(product)).toEqual(['DESCRIPTION_PARTS_REMOVED'])
  })

  test.each([
    [{ Published: '' }, true, []],
    [{ Published: 'FALSE' }, false, []],
    [{ Published: 'TRUE', Status: 'active' }, true, []],
    [{ Published: 'TRUE', Status: 'Draft' }, false, []],
    [{ Published: 'TRUE', Status: 'archived' }, false, []],
    [{ Published: 'TRUE', Status: 'unlisted' }, false, []],
    [{ Published: 'TRUE', Status: 'soon' }, false, ['STATUS_UNKNOWN']],
    [{ Published: 'maybe' }, false, ['FLAG_INVALID']],
    [{ Published: 'TRUE', 'Gift Card': 'maybe' }, false, ['FLAG_INVALID', 'GIFT_CARD_HIDDEN']],
    [{ Published: 'TRUE', 'Gift Card': '' }, true, []],
    [{ Published: 'TRUE', 'Gift Card': 'true' }, false, ['GIFT_CARD_HIDDEN']],
  ])('reads %j as published: %j', async (cells, published, codes) => {
    const product = await readOne({ ...POT, ...cells })
    expect(product.published).toBe(published)
    expect(warningCodes(product)).toEqual(codes)
  })

  test('shortens a title of 256 characters to 255, with a warning', async () => {
    const product = await readOne({ ...POT, Title: `${'🌿'.repeat(256)}` })
    expect(product.title).toBe('🌿'.repeat(255))
    expect(warningCodes(product)).toEqual(['TEXT_SHORTENED'])
    const fitting = await readOne({ ...POT, Title: `${'🌿'.repeat(255)}` })
    expect([fitting.title, warningCodes(fitting)]).toEqual(['🌿'.repeat(255), []])
  })
})

describe('readShopifyProducts(): images', () => {
  test('reads rows with only an image, in order of position', async () => {
    const image = (url: string, position: string, alt = '') => ({
      Handle: 'pot',
      'Image Src': url,
      'Image Position': position,
      'Image Alt Text': alt,
    })
    const { pictures, variants } = await readOne(
      { ...POT, ...image('https://a.example/1.jpg', '2') },
      image('https://a.example/2.jpg', ''),
      image('https://a.example/3.jpg', '1', 'From above'),
      image('https://a.example/1.jpg', '9', 'From the side'),
    )
    expect(variants).toHaveLength(1)
    expect(pictures).toEqual([
      { url: 'https://a.example/3.jpg', alt: 'From above' },
      { url: 'https://a.example/1.jpg', alt: 'From the side' },
      { url: 'https://a.example/2.jpg', alt: '' },
    ])
  })

  test('keeps the alternative text of an image without a URL', async () => {
    const { pictures } = await readOne({ ...POT, 'Image Alt Text': 'A pot with thyme' })
    expect(pictures).toEqual([{ url: null, alt: 'A pot with thyme' }])
  })

  test('reads the URLs of pictures of the sample catalogue', async () => {
    const { pictures, variants } = await readOne({
      ...POT,
      'Image Src': 'sample:pot.svg',
      'Variant Image': 'sample:pot-oat.svg',
    })
    expect([pictures[0]?.url, variants[0]?.pictureUrl]).toEqual(['sample:pot.svg', 'sample:pot-oat.svg'])
  })

  test('leaves out images without a web address, and rows without content', async () => {
    const product = await readOne(
      { ...POT, 'Image Src': 'pot.jpg', 'Variant Image': 'https://a.example/v.jpg' },
      { Handle: 'pot', 'Image Src': 'file:///pot.jpg' },
      { Handle: 'pot', 'Image Src': 'sample:../catalogue.csv' },
      { Handle: 'pot', 'Variant Grams': '0' },
    )
    expect(product.pictures).toEqual([])
    expect(product.variants[0]?.pictureUrl).toBe('https://a.example/v.jpg')
    expect(product.warnings.map(({ line, code }) => [line, code])).toEqual([
      [2, 'IMAGE_URL_INVALID'],
      [3, 'IMAGE_URL_INVALID'],
      [4, 'IMAGE_URL_INVALID'],
      [5, 'ROW_WITHOUT_CONTENT'],
    ])
  })

  test('keeps 250 images and 1,000 warnings of a product', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => ({
      Handle: 'pot',
      'Image Src': `https://a.example/${index}.jpg`,
    }))
    const product = await readOne(POT, ...rows)
    expect(product.pictures).toHaveLength(250)
    expect(product.warnings).toHaveLength(1000)
  })
})
