/** XMP packets (ISO 16684-1), changed as text: what became false is made true, the edit's recipe is added, the rest stays. */

const NAMESPACE = 'urn:lacuna-studio:edits:1'

export interface XmpFacts {
  width: number
  height: number
  /** MIME type of the output. */
  type: string
  /** The edit as JSON, added to those of earlier saves; null adds nothing. */
  recipe: string | null
  /** Dots per inch, where they are others than the source's. */
  density: number | null
  /** The picture went from CMYK or Lab to sRGB: what the packet says of its old colour model is dropped. */
  converted: boolean
}

/**
 * The packet for the output. `source` null: a new packet when there is a recipe, else null. Damaged is true when the source is no XMP;
 * it is then left out.
 */
export function makeXmp(source: Buffer | null, facts: XmpFacts): { xmp: string | null; damaged: boolean } {
  const text =
    source
      ?.toString('utf8')
      .replace(/^\ufeff/, '')
      .replace(/\0+$/, '') ?? null
  const end = text === null ? null : findEnd(text)
  const damaged = text !== null && end === null
  if (text === null || end === null) return { xmp: facts.recipe === null ? null : newPacket(facts.recipe), damaged }

  let packet = text
  packet = setProperty(packet, 'tiff:Orientation', '1')
  packet = setProperty(packet, 'tiff:ImageWidth', String(facts.width))
  packet = setProperty(packet, 'tiff:ImageLength', String(facts.height))
  packet = setProperty(packet, 'exif:PixelXDimension', String(facts.width))
  packet = setProperty(packet, 'exif:PixelYDimension', String(facts.height))
  if (facts.density !== null) {
    for (const name of ['tiff:XResolution', 'tiff:YResolution'])
      packet = setProperty(packet, name, `${Math.round(facts.density * 1000)}/1000`)
    packet = setProperty(packet, 'tiff:ResolutionUnit', '2')
  }
  packet = setProperty(packet, 'dc:format', facts.type)
  packet = dropProperty(packet, 'xmp:Thumbnails')
  packet = dropProperty(packet, 'xap:Thumbnails')
  // A gain map or the rest of a split packet is not carried, so nothing may point at one.
  for (const name of ['xmpNote:HasExtendedXMP', 'hdrgm:Version', 'Container:Directory'])
    packet = dropProperty(packet, name)
  if (facts.converted)
    for (const name of ['photoshop:ColorMode', 'photoshop:ICCProfile', 'exif:ColorSpace'])
      packet = dropProperty(packet, name)
  if (facts.recipe !== null) packet = addRecipe(packet, facts.recipe)
  return { xmp: packet, damaged: false }
}

/** The recipes that earlier saves left in a packet, oldest first. */
export function readRecipes(xmp: string): string[] {
  const block = ownDescription(xmp)
  return block === null
    ? []
    : [...block.matchAll(/<rdf:li>([^<]*)<\/rdf:li>/g)].map(([, text]) => unescapeXml(text ?? ''))
}

/** A packet that fits `limit` bytes of UTF-8: its white padding goes first. Null when it doesn't even then. */
export function fitXmp(xmp: string, limit: number): string | null {
  if (Buffer.byteLength(xmp) <= limit) return xmp
  const bare = xmp.replace(/\s+(<\?xpacket end=)/, '\n$1')
  return Buffer.byteLength(bare) <= limit ? bare : null
}

function findEnd(text: string): { at: number; prefix: string } | null {
  const found = [...text.matchAll(/<\/([\w-]+):RDF\s*>/g)].at(-1)
  if (found) return { at: found.index, prefix: found[1] ?? 'rdf' }
  return null
}

function addRecipe(packet: string, recipe: string): string {
  const earlier = readRecipes(packet)
  const own = ownDescription(packet)
  const cleared = own === null ? packet : packet.replace(own, '')
  const end = findEnd(cleared)
  if (end === null) return packet
  return `${cleared.slice(0, end.at)}${description([...earlier, recipe])}${cleared.slice(end.at)}`
}

function ownDescription(packet: string): string | null {
  const start = packet.indexOf(
    `<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" xmlns:lacuna="${NAMESPACE}">`,
  )
  if (start < 0) return null
  const close = '</rdf:Description>\n'
  const end = packet.indexOf(close, start)
  return end < 0 ? null : packet.slice(start, end + close.length)
}

/** The prefix is declared again so that packets with other prefixes stay well formed. */
function description(recipes: string[]): string {
  const items = recipes.map((recipe) => `<rdf:li>${escapeXml(recipe)}</rdf:li>`).join('')
  return `<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" xmlns:lacuna="${NAMESPACE}"><lacuna:Edits><rdf:Seq>${items}</rdf:Seq></lacuna:Edits></rdf:Description>\n`
}

function newPacket(recipe: string): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n' +
    description([recipe]) +
    '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
  )
}

/** A simple property, as attribute or element, where it is stated; never added. */
function setProperty(packet: string, name: string, value: string): string {
  return packet
    .replace(new RegExp(`(\\s${name}\\s*=\\s*)("[^"]*"|'[^']*')`, 'g'), `$1"${value}"`)
    .replace(new RegExp(`(<${name}(?:\\s[^>]*)?>)[^<]*(</${name}\\s*>)`, 'g'), `$1${value}$2`)
}

function dropProperty(packet: string, name: string): string {
  return packet
    .replace(new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`, 'g'), '')
    .replace(new RegExp(`<${name}(?:\\s[^>]*)?/>\\s*`, 'g'), '')
    .replace(new RegExp(`<${name}(?:\\s[^>]*[^/])?>[\\s\\S]*?</${name}\\s*>\\s*`, 'g'), '')
}

const escapeXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const unescapeXml = (text: string) =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&amp;/g, '&')
