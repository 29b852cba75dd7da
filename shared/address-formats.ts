/**
 * The parts of an address in one country. Sources: the postal addressing systems of the Universal Postal Union (UPU),
 * the websites of the national posts and, for subdivisions, ISO 3166-2. Without data
 * for a country, any postal code and region are accepted.
 */
export interface AddressFormat {
  postalCode: AddressPart & {
    /**
     * One postal code in each format: its letters stand for any letter, its digits for any digit. Empty: any postal code
     * is valid.
     */
    examples: readonly string[]
  }
  region: AddressPart & {
    /** Names by code. An address must have one of the codes or names. Empty: any text is valid. */
    subdivisions: ReadonlyMap<string, string>
  }
}

export interface AddressPart {
  /** The usual name of the part in the country, as written within a sentence. */
  name: string
  /** `none`: addresses do not have this part. */
  need: 'required' | 'optional' | 'none'
}

/** The address format of a country. Without data for the country it accepts any postal code and region. */
export function addressFormat(country: string): AddressFormat {
  const required = requiredCodes[country]
  const examples = required ?? optionalCodes[country]
  return {
    postalCode: {
      name: codeNames[country] ?? 'postal code',
      need: required ? 'required' : withoutCodes.has(country) ? 'none' : 'optional',
      examples: examples?.split(', ') ?? [],
    },
    region: {
      name: regionNames[country] ?? 'state or region',
      need: requiredRegions.has(country) ? 'required' : withoutRegions.has(country) ? 'none' : 'optional',
      subdivisions: subdivisions[country] ?? new Map(),
    },
  }
}

const american = '10001, 10001-1234'
const british = 'M1 1AE, B33 8TH, CR2 6XH, DN55 1PD, W1A 1HQ, EC1A 1BB'

/** Postal codes of countries whose post requires them. Spread objects, because the formatter keeps them on one line. */
const requiredCodes: Readonly<Record<string, string>> = {
  // Europe
  ...{ AT: '1010', BE: '1000', BG: '1000', CH: '8001', CY: '1010', CZ: '110 00', DE: '10115', DK: '1050' },
  ...{ EE: '10111', ES: '28001', FI: '00100', FO: '100', FR: '75002', GB: british, GG: 'GY1 1AA, GY10 1AA' },
  ...{ GL: '3900', GR: '104 31', HR: '10000', HU: '1051', IM: 'IM1 1AA, IM99 1AA', IS: '101', IT: '00144' },
  ...{
    JE: 'JE2 3AA',
    LI: '9490',
    LT: '01100',
    LU: '1111',
    LV: '1010',
    MC: '98000',
    MT: 'VLT 1117',
    NL: '1012 AB',
  },
  ...{ NO: '0150', PL: '00-001', PT: '1000-001', RO: '010011', RU: '101000', SE: '111 20', SI: '1000' },
  ...{ SK: '811 01', SM: '47890', TR: '06010', UA: '01001', VA: '00120', AX: '22100' },
  // America
  ...{ AS: american, BR: '01310-100', CA: 'K1A 0B1', GF: '97300', GP: '97100', GU: american, MP: american },
  ...{ MQ: '97200', MX: '06000', PM: '97500', PR: american, US: american, VI: american },
  // Asia, Africa and Oceania
  ...{
    AU: '2000',
    CN: '100000',
    IN: '110001',
    JP: '100-0001',
    KR: '03187',
    MY: '50000',
    NZ: '6011',
    RE: '97400',
  },
  ...{ SG: '018956', ZA: '0001' },
}

/** Postal codes of countries whose post delivers without them as well. */
const optionalCodes: Readonly<Record<string, string>> = {
  ...{
    AD: 'AD500',
    AL: '1001',
    BA: '71000',
    BY: '220030',
    GE: '0105',
    GI: 'GX11 1AA',
    MD: '2001',
    ME: '81000',
  },
  ...{
    MK: '1000',
    RS: '11000, 112106',
    AR: '1420, C1420ABC, C1420',
    CR: '10101',
    DO: '11903',
    EC: '170150',
    GT: '01001',
  },
  ...{ PE: '15001', UY: '11000', BD: '1000', BN: 'BB3713', ID: '10110', IL: '61201, 6120101', LK: '00100' },
  ...{ NP: '44600', PH: '1000', PK: '44000', SA: '11564, 11564-1234', TH: '10200', TW: '100, 10048, 100048' },
  ...{
    UZ: '100000',
    VN: '10000, 100000',
    DZ: '16000',
    EG: '11511, 1151101',
    KE: '00100',
    MA: '10000',
    MU: '11302',
  },
  ...{ NC: '98800', NG: '100001', PF: '98714', SN: '12500', TN: '1000', WF: '98600', YT: '97600' },
  // The second half of an Eircode mixes letters and digits; it begins with a letter.
  IE: eircodes().join(', '),
}

function eircodes(): string[] {
  const ends = ['A', '1'].flatMap((a) => ['A', '1'].flatMap((b) => ['A', '1'].map((c) => `X${a}${b}${c}`)))
  return ['D02 X285', ...['D02', 'D6W'].flatMap((start) => ends.map((end) => `${start} ${end}`))]
}

/** Countries without postal codes. A code that a shopper enters nevertheless, such as `00000`, is accepted. */
const withoutCodes = new Set(
  (
    'AE AG AO AW BF BI BJ BS BW BZ CD CF CI CM DJ DM ER FJ GD GM GQ GY HK KI KM ML MO NR NU QA RW SB SC SL SR ST TD TG ' +
    'TK TO TV UG VU YE ZW'
  ).split(' '),
)

const codeNames: Readonly<Record<string, string>> = {
  ...{ US: 'ZIP code', AS: 'ZIP code', GU: 'ZIP code', MP: 'ZIP code', PR: 'ZIP code', VI: 'ZIP code' },
  ...{ GB: 'postcode', GG: 'postcode', IM: 'postcode', JE: 'postcode', AU: 'postcode', NZ: 'postcode' },
  ...{ IE: 'Eircode', IN: 'PIN code' },
}

/** Countries whose post requires the region, because towns in different regions share a name. */
const requiredRegions = new Set('AU BR CA CN IN JP MX US'.split(' '))

/**
 * Countries whose addresses have no region. An address with one is refused: the region most often belongs to another
 * country, so the country is wrong and the parcel would go astray.
 */
const withoutRegions = new Set(
  (
    'AT AX BE CH CZ DE DK FI FO FR GF GG GI GL GP GR HR HU IM IS JE LI LU MC MQ MT NC NL NO PF PL PM PT RE SE SG SI SK ' +
    'SM VA WF YT'
  ).split(' '),
)

const regionNames: Readonly<Record<string, string>> = {
  ...{
    US: 'state',
    BR: 'state',
    IN: 'state',
    MX: 'state',
    NG: 'state',
    AU: 'state or territory',
    AE: 'emirate',
  },
  ...{
    CA: 'province or territory',
    CN: 'province',
    IT: 'province',
    ES: 'province',
    KR: 'province',
    AR: 'province',
  },
  ...{ JP: 'prefecture', GB: 'county', IE: 'county', RO: 'county', HK: 'district' },
}

/** From ISO 3166-2. For the United States, this includes the territories and the armed forces, which its post serves. */
const subdivisions: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  AU: toMap(
    'ACT Australian Capital Territory, NSW New South Wales, NT Northern Territory, QLD Queensland, SA South Australia, ' +
      'TAS Tasmania, VIC Victoria, WA Western Australia',
  ),
  CA: toMap(
    'AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador, NS Nova Scotia, ' +
      'NT Northwest Territories, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec, SK Saskatchewan, YT Yukon',
  ),
  US: toMap(
    'AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware, ' +
      'DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, ' +
      'KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, ' +
      'MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, ' +
      'NM New Mexico, NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, ' +
      'PA Pennsylvania, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, ' +
      'VT Vermont, VA Virginia, WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa, GU Guam, ' +
      'MP Northern Mariana Islands, PR Puerto Rico, VI U.S. Virgin Islands, FM Micronesia, MH Marshall Islands, ' +
      'PW Palau, AA Armed Forces Americas, AE Armed Forces Europe, AP Armed Forces Pacific',
  ),
}

function toMap(list: string): ReadonlyMap<string, string> {
  return new Map(
    list.split(', ').map((entry): [string, string] => {
      const end = entry.indexOf(' ')
      return [entry.slice(0, end), entry.slice(end + 1)]
    }),
  )
}
