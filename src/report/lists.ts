import type { Plan } from '../core/plan.ts'
import type { Environment } from '../core/record.ts'
import { filesInWords } from '../measure/files-in-words.ts'
import { METRIC_NAMES, METRICS } from '../measure/metrics.ts'
import { usersInWords } from '../measure/users.ts'
import { describe, inOrder } from './catalogue.ts'
import type { Phases } from './charts/timeline.ts'
import { bytes, count, quantity, span } from './format.ts'
import { plain } from './plain.ts'
import type { DataTable } from './table.ts'

type Pairs = readonly (readonly [string, string])[]

/** Rows of a plan or of input sets that a report names. */
const MOST_SETS = 50

/** What was measured, in a few words. */
export const targetText = ({ target }: Plan): string =>
  target.simulator !== undefined
    ? plain(`simulator, profile ${target.simulator}`, 120)
    : target.url === undefined
      ? 'target not named'
      : plain(target.url, 120)

/** The plan as terms and their values. Headers by name only. */
export function planList(plan: Plan): Pairs {
  const { target, limits } = plan
  const headers = Object.keys(target.headers)
  return [
    ['Target', targetText(plan)],
    ...(target.workflowId === undefined ? [] : [['Published version', target.workflowId] as const]),
    ['Connections', target.connections],
    ['Trace ids', traceText(target.trace)],
    ...(headers.length > 0 ? [['Headers', plain(headers.join(', '))] as const] : []),
    ...(target.insecure ? [['Certificates', 'not checked (insecure: true)'] as const] : []),
    ['User', `${plain(plan.user, 120)} (${usersInWords(plan.user)})`],
    ['In-flight limit', count(limits.inFlight)],
    [
      'Time limits',
      `connect ${span(limits.connect)}, first event ${span(limits.firstEvent)}, idle ${span(limits.idle)}, whole exchange ${span(limits.timeout.streaming)} streaming and ${span(limits.timeout.blocking)} blocking, drain ${span(limits.drain)}, linger ${span(limits.linger)}`,
    ],
    ...(limits.tokens === undefined ? [] : [['Token budget', count(limits.tokens)] as const]),
    ...(limits.runs === undefined ? [] : [['Run budget', count(limits.runs)] as const]),
    ['Accepted besides succeeded', plan.accept.join(', ') || 'nothing'],
    ['Objectives decided by', plan.strict ? 'their interval’s bound (strict)' : 'their point estimate'],
    ['Seed', String(plan.seed)],
    ['Plan hash', plain(plan.hash, 100)],
  ]
}

function traceText(trace: Plan['target']['trace']): string {
  if (trace === undefined) return 'none of ours'
  return `one for each run, in X-Trace-Id and traceparent, ${trace === 'sampled' ? 'sampled: the server was asked to record each' : 'not sampled'}`
}

/** Every phase in the order of the plan, measured or not. */
export const phaseList = (phases: Phases): DataTable => ({
  words: [1, 2, 6],
  head: ['Phase', 'mode', 'load', 'began at', 'lasted', 'planned', 'in statistics'],
  rows: phases.map(([name, phase]) => [
    plain(name, 60),
    phase.mode,
    plain(phase.load, 60),
    span(Math.round(phase.beganUs / 1e6) * 1e6),
    span(phase.endedUs - phase.beganUs),
    count(phase.planned),
    phase.measured ? 'yes' : 'no (warm-up)',
  ]),
})

/** Every input set; a column tells its files where any set has some. */
export function inputSetList({ inputs }: Plan): DataTable {
  const files = inputs.map((set) => filesInWords(set).join(', '))
  const hasFiles = files.some((text) => text !== '')
  return {
    words: hasFiles ? [3, 4, 5] : [3, 4],
    head: ['Input set', 'weight', 'rows', 'order', 'when exhausted', ...(hasFiles ? ['files'] : [])],
    rows: inputs
      .slice(0, MOST_SETS)
      .map(({ name, weight, rows, order, whenExhausted }, index) => [
        plain(name, 60),
        String(weight),
        rows ? count(rows.length) : '–',
        order,
        whenExhausted,
        ...(hasFiles ? [plain(files[index]!, 200) || '–'] : []),
      ]),
  }
}

export function environmentList(environment: Environment): Pairs {
  const { flowbench, node, platform, cpu, cores, memoryBytes, libraries, ci, commit } = environment
  const pairs: (readonly [string, string])[] = [
    ['flowbench', commit === undefined ? flowbench : `${flowbench} (${commit})`],
    ['Node', node],
    ['Platform', platform],
    ['CPU', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`],
    ['Memory', bytes(memoryBytes)],
    [
      'Libraries',
      Object.entries(libraries)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ...(ci === undefined ? [] : [['CI and variables', ci] as const]),
  ]
  return pairs.map(([term, value]) => [term, plain(value, 400)])
}

/** Every metric of every phase: a row each. */
export function everyMetric(phases: Phases): DataTable {
  const names = inOrder([...new Set(phases.flatMap(([, { metrics }]) => Object.keys(metrics)))])
  return {
    words: [1],
    head: ['Metric', 'phase', 'count', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'most'],
    rows: names.flatMap((name) => {
      const { title, unit } = describe(name)
      return phases.flatMap(([phase, { metrics }]) => {
        const metric = metrics[name]
        if (!metric) return []
        const values = [metric.mean, metric.p50, metric.p90, metric.p95, metric.p99, metric['p99.9'], metric.max]
        return [[title, plain(phase, 30), count(metric.count), ...values.map((value) => quantity(value, unit))]]
      })
    }),
  }
}

/** Every metric's definition. */
export const glossary = (): Pairs => METRIC_NAMES.map((name) => [`${METRICS[name].title} (${name})`, METRICS[name].formula])
