import type { ObjectiveResult, RunSummary } from '../../core/summary.ts'
import { SECOND } from '../../core/units.ts'
import { plain } from '../plain.ts'
import { judge } from '../verdict.ts'

/**
 * `junit.xml`: a suite for the scenario and a case for each objective, with one more for the instrument itself. Missed is a failure, undecided
 * (and everything in a run that was cut off) is skipped, a run that is not to be believed is an error. Names are unique in the suite.
 */
export function junit(summary: RunSummary): string {
  const { name, run, durationUs, start, planHash, seed, objectives, status } = summary
  const time = (durationUs / SECOND).toFixed(3)
  const cases = [beliefCase(summary), ...objectives.map((objective) => objectiveCase(objective, status))]
  const count = (kind: Result['kind']) => cases.filter(({ result }) => result.kind === kind).length
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${time}"`
  const names = uniqueNames(cases.map(({ title }) => title))
  const properties: readonly (readonly [string, string])[] = [
    ['run', run],
    ['plan hash', planHash],
    ['seed', String(seed)],
    ['exit code', String(summary.exitCode)],
  ]
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

interface Result {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped'
  readonly message: string
}

interface Case {
  readonly title: string
  readonly result: Result
}

function beliefCase(summary: RunSummary): Case {
  const reasons = summary.caveats.filter(({ invalidates }) => invalidates).map(({ text }) => text)
  const message = [judge(summary).validity.sentence, ...reasons].join(' ')
  return { title: 'the instrument can be believed', result: { kind: summary.valid ? 'passed' : 'error', message } }
}

function objectiveCase({ text, verdict, explanation }: ObjectiveResult, status: RunSummary['status']): Case {
  const kind = status === 'incomplete' || verdict === 'undecided' ? 'skipped' : verdict === 'missed' ? 'failure' : ('passed' as const)
  return { title: text, result: { kind, message: explanation } }
}

function caseXml(
  name: string,
  { suite, time, result: { kind, message } }: { readonly suite: string; readonly time: string; readonly result: Result },
): string {
  const open = `    <testcase classname="${attribute(suite)}" name="${attribute(name)}" time="${time}"`
  if (kind === 'passed') return `${open}>\n      <system-out>${content(message)}</system-out>\n    </testcase>`
  if (kind === 'skipped') return `${open}>\n      <skipped message="${attribute(message)}"/>\n    </testcase>`
  return `${open}>\n      <${kind} message="${attribute(message)}">${content(message)}</${kind}>\n    </testcase>`
}

/** The same objective written twice is two cases. */
function uniqueNames(titles: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return titles.map((title) => {
    const before = seen.get(title) ?? 0
    seen.set(title, before + 1)
    return before === 0 ? title : `${title} (${before + 1})`
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
