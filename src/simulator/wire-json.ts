/** A JSON text as Dify's blocking replies carry it: spaces after `,` and `:`, everything outside ASCII as \uXXXX, floats with a point. */
export function spacedJson(value: unknown, key = ''): string {
  if (typeof value === 'string') return asciiString(value)
  if (typeof value === 'number' && key === 'elapsed_time' && Number.isInteger(value)) return `${value}.0`
  if (Array.isArray(value)) return `[${value.map((element) => spacedJson(element)).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return `{${fields.map(([name, field]) => `${asciiString(name)}: ${spacedJson(field, name)}`).join(', ')}}`
}

function asciiString(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The whole of a ping on the wire: an event line without data. */
export const PING = 'event: ping\n\n'

/** One event as it goes into a stream: compact JSON, raw UTF-8, no event line. */
export const eventText = (event: object): string => `data: ${JSON.stringify(event)}\n\n`
