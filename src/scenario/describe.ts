import type { InputSet, Phase, Plan } from '../core/plan.ts'
import { type Micros, micros, SECOND, writeDuration, writeSize } from '../core/units.ts'
import { filesInWords } from '../measure/files-in-words.ts'
import { loadInWords } from '../measure/load-words.ts'
import { usersInWords } from '../measure/users.ts'
import { shareInWords } from './describe-share.ts'
import { expectedRuns } from './expected-runs.ts'
import { uploadNeeds } from './file-users.ts'
import { DEFAULT_LIMITS } from './limits.ts'

/** A phase's load in words: `10/s poisson`, `concurrency 1..32`. The same words as in the report. */
export const describeLoad = loadInWords

/** The most exchanges that can be in flight at once. */
export function peakInFlight(plan: Pick<Plan, 'phases' | 'limits'>): number {
  return Math.max(...plan.phases.map((phase) => (phase.kind === 'open' ? plan.limits.inFlight : Math.max(phase.from, phase.to))))
}

/** The most runs in a second that a plan asks for: slots that do not think send as fast as the target answers: no rate bounds them. */
export const peakRate = (plan: Pick<Plan, 'phases'>): number =>
  Math.max(
    0,
    ...plan.phases.map((phase) => {
      if (phase.kind === 'open') return Math.max(phase.from, phase.to)
      return phase.think > 0 ? (Math.max(phase.from, phase.to) * SECOND) / phase.think : Number.POSITIVE_INFINITY
    }),
  )

/** The longest that the run can take, drains and all; undefined where a phase ends by its number of runs alone. */
export function longestDuration(plan: Plan): Micros | undefined {
  if (plan.phases.some(({ length }) => length === undefined)) return undefined
  const drains = plan.phases.slice(0, -1).filter(({ settle }) => settle).length + 1
  return micros(plan.phases.reduce((sum, { length }) => sum + length!, 0) + drains * plan.limits.drain)
}

/** What will run, as lines of plain text of at most about 100 columns. */
export function describePlan(plan: Plan): readonly string[] {
  const { limits, objectives } = plan
  return [
    section('scenario', [plan.description === undefined ? plan.name : `${plan.name}: ${plan.description}`]),
    section('arm', plan.arm === undefined ? [] : [plan.arm]),
    section('target', [targetInWords(plan)]),
    section(
      'inputs',
      plan.inputs.map((set) => inputsInWords(set, plan.inputs)),
    ),
    section('user', [`${plan.user}: ${usersInWords(plan.user)}`]),
    section('uploads', uploadsInWords(plan)),
    section(
      'load',
      columns(
        plan.phases.map((phase) => [phase.name, loadInWords(phase), lengthInWords(phase), phase.mode, runsInWords(phase), noteOf(phase)]),
      ),
    ),
    section('in all', [totalInWords(plan)]),
    section('limits', limitsInWords(plan)),
    section(
      'budget',
      [[limits.runs && `${limits.runs} runs`, limits.tokens && `${limits.tokens} tokens`].filter(Boolean).join(', ')].filter(Boolean),
    ),
    section(
      'objectives',
      objectives.map(({ text, isDefault }) => (isDefault ? `${text} (default)` : text)),
    ),
    section('share', shareInWords(plan)),
    section('seed', [`${plan.seed}, plan ${plan.hash.slice(0, 12)}`]),
  ].flat()
}

const LABEL_WIDTH = 12

export const section = (label: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`.trimEnd())

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

function targetInWords({ target }: Plan): string {
  const where = target.url ?? `built-in simulator, profile ${target.simulator}`
  const headers = Object.keys(target.headers)
  return [
    where,
    target.workflowId === undefined ? undefined : `published version ${target.workflowId}`,
    target.connections === 'auto' ? undefined : `connections ${target.connections}`,
    target.trace === 'unsampled' ? undefined : target.trace === 'sampled' ? 'trace ids, sampled' : 'no trace ids of ours',
    headers.length === 0 ? undefined : `headers ${headers.join(', ')}`,
    target.ca === undefined ? undefined : 'own certificate authorities',
    target.insecure ? 'INSECURE: certificates are not checked' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}

function inputsInWords(set: InputSet, all: readonly InputSet[]): string {
  const { name, weight, values, rows, order, whenExhausted } = set
  const total = all.reduce((sum, set) => sum + set.weight, 0)
  const variables = Object.keys(values ?? rows?.[0] ?? {})
  return [
    `${name}: ${variables.length === 0 ? 'no variables' : variables.slice(0, 8).join(' ')}${variables.length > 8 ? ' …' : ''}`,
    rows &&
      `${rows.length} ${rows.length === 1 ? 'row' : 'rows'} ${order}${order === 'random' ? '' : whenExhausted === 'stop' ? ', then stop' : ', repeated'}`,
    ...filesInWords(set),
    all.length > 1 && `${Math.round((100 * weight) / total)} % of runs`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** What goes up before the load; nothing where no file does. */
function uploadsInWords(plan: Plan): readonly string[] {
  const found = uploadNeeds(plan, { run: 'run' })
  if (!found.ok || found.needs.length === 0) return []
  const users = new Set(found.needs.map(({ user }) => user)).size
  const bytes = found.needs.reduce((sum, { file }) => sum + file.size, 0)
  const count = found.needs.length
  return [
    `${count} ${count === 1 ? 'file' : 'files'} before the load, ${writeSize(bytes)}, for ${users === 1 ? 'one user' : `${users} users`}`,
  ]
}

const lengthInWords = ({ length }: Phase) => (length === undefined ? '' : `for ${writeDuration(length)}`)

function runsInWords(phase: Phase): string {
  const expected = expectedRuns(phase)
  switch (expected.kind) {
    case 'about':
      return `about ${expected.count} runs`
    case 'exactly':
      return `${expected.count} runs`
    case 'at-most':
      return `at most ${expected.count} runs`
    case 'unknown':
      return 'as many runs as the target allows'
  }
}

const noteOf = ({ measured, settle }: Phase) => [measured ? '' : 'not measured', settle ? 'then drains' : ''].filter(Boolean).join(', ')

function totalInWords(plan: Plan): string {
  const expected = plan.phases.map(expectedRuns)
  const known = expected.reduce((sum, runs) => sum + (runs.kind === 'unknown' ? 0 : runs.count), 0)
  const isUnknown = expected.some(({ kind }) => kind === 'unknown')
  const word = isUnknown
    ? 'at least '
    : expected.some(({ kind }) => kind === 'about')
      ? 'about '
      : expected.some(({ kind }) => kind === 'at-most')
        ? 'at most '
        : ''
  const runs = known === 0 ? 'number of runs unknown' : `${word}${known} runs`
  const load = micros(plan.phases.reduce((sum, { length = 0 }) => sum + length, 0))
  const longest = longestDuration(plan)
  const time = longest === undefined ? 'as long as its runs take' : `${readable(load)} of load, at most ${readable(longest)} with drains`
  return `${runs}; ${time}; at most ${peakInFlight(plan)} in flight`
}

function limitsInWords({ limits }: Plan): readonly string[] {
  const { timeout, drain } = limits
  const usual = DEFAULT_LIMITS
  const changed = [
    limits.inFlight !== usual.inFlight && `inFlight ${limits.inFlight}`,
    ...(['connect', 'firstEvent', 'idle', 'linger'] as const).map(
      (name) => limits[name] !== usual[name] && `${name} ${writeDuration(limits[name])}`,
    ),
    (timeout.blocking !== usual.timeout.blocking || timeout.streaming !== usual.timeout.streaming) &&
      (timeout.blocking === timeout.streaming
        ? `timeout ${writeDuration(timeout.blocking)}`
        : `timeout blocking ${writeDuration(timeout.blocking)} streaming ${writeDuration(timeout.streaming)}`),
    drain !== Math.max(timeout.blocking, timeout.streaming) && `drain ${writeDuration(drain)}`,
  ].filter((text) => text !== false)
  return changed.length === 0 ? [] : [changed.join(', ')]
}

/** `2m 30s`: whole units, largest first; below a second as the scenario file writes it. */
export function readable(time: Micros): string {
  const total = Math.round(time / 1e6)
  if (total < 1) return writeDuration(time)
  const parts = [
    [Math.floor(total / 3600), 'h'],
    [Math.floor(total / 60) % 60, 'm'],
    [total % 60, 's'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ')
}
