/** Spellings of common option names, with the name under which a filter shows them. */
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

/** The name under which an option is stored, so that `Colour`, `COLOR` and `colors` are one filter. */
export function optionName(written: string): string {
  return SPELLINGS.get(written.toLowerCase()) ?? written
}
