import { plain } from '../plain.ts'

export interface Case {
  readonly title: string
  readonly result: { readonly kind: 'passed' | 'failure' | 'error' | 'skipped'; readonly message: string }
}

export interface Suite {
  readonly name: string
  /** ISO 8601 in UTC. */
  readonly start: string
  readonly seconds: number
  readonly properties: readonly (readonly [string, string])[]
  readonly cases: readonly Case[]
}

/** A JUnit file of one suite. Names of cases are made unique in it, foreign text is made plain and escaped. */
export function suiteXml({ name, start, seconds, properties, cases }: Suite): string {
  const time = seconds.toFixed(3)
  const count = (kind: Case['result']['kind']) => cases.filter(({ result }) => result.kind === kind).length
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${time}"`
  const names = uniqueNames(cases.map(({ title }) => attribute(title)))
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="flowbench" ${totals}>
  <testsuite name="${attribute(name)}" timestamp="${attribute(start.replace(/\.\d+Z$|Z$/, ''))}" ${totals}>
    <properties>
${properties.map(([key, value]) => `      <property name="${attribute(key)}" value="${attribute(value)}"/>`).join('\n')}
    </properties>
${cases.map(({ result }, at) => caseXml(names[at]!, { suite: name, time, result })).join('\n')}
  </testsuite>
</testsuites>
`
}

interface CaseXml {
  readonly suite: string
  readonly time: string
  readonly result: Case['result']
}

function caseXml(name: string, { suite, time, result: { kind, message } }: CaseXml): string {
  const open = `    <testcase classname="${attribute(suite)}" name="${name}" time="${time}"`
  if (kind === 'passed') return `${open}>\n      <system-out>${content(message)}</system-out>\n    </testcase>`
  if (kind === 'skipped') return `${open}>\n      <skipped message="${attribute(message)}"/>\n    </testcase>`
  return `${open}>\n      <${kind} message="${attribute(message)}">${content(message)}</${kind}>\n    </testcase>`
}

/** The same title written twice is two cases; compared as they are written, since what is cut or made plain may be the same then. */
function uniqueNames(titles: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return titles.map((title) => {
    let name = title
    for (let n = 2; taken.has(name); n++) name = `${title} (${n})`
    taken.add(name)
    return name
  })
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Made plain first: XML 1.0 has no way to write most control characters, not even as entities. */
const escaped = (text: string, longest: number): string =>
  plain(text, longest)
    .replace(/[\ufffe\uffff]/g, ' ')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
const attribute = (text: string): string => escaped(text, 500)
const content = (text: string): string => escaped(text, 2000)
