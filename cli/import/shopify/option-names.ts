/** Spellings of common option names, in lower case, with the name under which they are stored. */
const SPELLINGS = new Map(
  Object.entries({
    color: 'Color',
    colors: 'Color',
    colour: 'Color',
    colours: 'Color',
    size: 'Size',
    sizes: 'Size',
    material: 'Material',
    materials: 'Material',
    style: 'Style',
    styles: 'Style',
    flavor: 'Flavor',
    flavour: 'Flavor',
  }),
)

/** The name under which an option is stored: `Colour`, `COLOR` and `colors` become `Color`. */
export function optionName(written: string): string {
  return SPELLINGS.get(written.toLowerCase()) ?? written
}
