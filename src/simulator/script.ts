import { type Micros, micros } from '../core/units.ts'
import { drawsOf } from './draws.ts'
import { draw } from './law.ts'
import type { RunPlan } from './plan-run.ts'
import type { Profile } from './profile-schema.ts'
import { drawWorkflow, type Happening, type NodeRun, type Workflow } from './workflow.ts'

/** What a run has come to, as `workflow_finished` and run detail say it. */
export interface Result {
  readonly status: 'succeeded' | 'partial-succeeded' | 'failed' | 'stopped' | 'paused'
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: string | null
  /** 0 where the run did not succeed, whatever was streamed. */
  readonly tokens: number
  readonly steps: number
  readonly exceptions: number
}

/** All that happens in one run once a worker has begun it, with times in µs from `workflow_started`. */
export interface Script {
  readonly happenings: readonly Happening[]
  /** When it ends, and in what. */
  readonly endsAt: Micros
  readonly ending: 'finished' | 'paused' | 'error' | 'reset' | 'silence'
  readonly result: Result
}

export const ABORTED = 'Aborted: User requested stop'
const STOPPED = 'Stopped by user.'
const NODE_ERROR =
  'Traceback (most recent call last):\n  File "<string>", line 12, in <module>\nValueError: the simulator was told to fail here 你好\n'

/** Writes the script of a run that a worker begins. Plays that never reach a worker have none: they are not asked for here. */
export function writeScript(
  profile: Profile,
  plan: RunPlan,
  { seed, n, inputs }: { readonly seed: number; readonly n: number; readonly inputs: Readonly<Record<string, unknown>> },
): Script {
  const workflow = drawWorkflow(profile, seed, n, inputs)
  const cut = micros(workflow.length * plan.cutAt)
  switch (plan.play) {
    case 'partial':
      return whole(profile, withException(workflow))
    case 'workflow-failed':
      return failing(workflow, plan.cutAt, draw(profile.times.between, drawsOf(seed, 'between', n, 'failed')))
    case 'stopped':
      return stoppedAt(workflow, cut, plan.form === 'first' ? 'aborted' : 'stopped')
    case 'paused':
      return pausedBeforeEnd(workflow)
    case 'stream-broken':
      return { ...cutShort(workflow, cut), ending: plan.form === 'first' ? 'error' : 'reset' }
    case 'no-result':
      return cutShort(workflow, cut)
    case 'hang': {
      const script = stoppedAt(workflow, cut, 'stopped')
      return { ...script, endsAt: micros(Math.max(script.endsAt, profile.times.hang)) }
    }
    default:
      return whole(profile, workflow)
  }
}

/** How a run ends that was stopped `at` into it: in one of the two ways seen on a real server. */
export function stoppedAt(workflow: Pick<Workflow, 'happenings' | 'nodes'>, at: Micros, answer: 'aborted' | 'stopped'): Script {
  const script = cutShort(workflow, at)
  const result = answer === 'aborted' ? ({ status: 'failed', error: ABORTED } as const) : ({ status: 'stopped', error: STOPPED } as const)
  return { ...script, ending: 'finished', result: { ...script.result, ...result } }
}

function cutShort({ happenings, nodes }: Pick<Workflow, 'happenings' | 'nodes'>, at: Micros): Script {
  const steps = nodes.filter(({ started }) => started <= at).length
  const result: Result = { status: 'failed', outputs: {}, error: 'cut short', tokens: 0, steps, exceptions: 0 }
  return { happenings: happenings.filter((happening) => happening.at <= at), endsAt: at, ending: 'silence', result }
}

function whole(profile: Profile, { happenings, length, nodes }: Workflow): Script {
  const exceptions = nodes.filter(({ failure }) => failure).length
  return {
    happenings,
    endsAt: length,
    ending: 'finished',
    result: {
      status: exceptions > 0 ? 'partial-succeeded' : 'succeeded',
      outputs: outputsOf(profile, nodes),
      error: null,
      tokens: nodes.reduce((sum, { usage, failure }) => sum + (failure ? 0 : (usage?.total_tokens ?? 0)), 0),
      steps: nodes.length,
      exceptions,
    },
  }
}

/** The named outputs, from the nodes' fields. */
export function outputsOf(profile: Profile, nodes: readonly NodeRun[]): Readonly<Record<string, unknown>> {
  const fields = new Map(nodes.map((run) => [run.node.id, run.fields]))
  return Object.fromEntries(
    Object.entries(profile.outputs).map(([name, selector]) => {
      const [id, field] = selector.split('.') as [string, string]
      return [name, fields.get(id)?.[field] ?? null]
    }),
  )
}

/** Nodes that do the work: all but the first and the last kind. */
const working = (nodes: readonly NodeRun[]) => nodes.filter(({ node }) => node.type !== 'start' && node.type !== 'end')

function withException(workflow: Workflow): Workflow {
  const work = working(workflow.nodes)
  const victim = work.find(({ node }) => node.text === undefined) ?? work[0] ?? workflow.nodes[0]
  return replaceNode(workflow, victim, { status: 'exception', error: 'Unknown error' })
}

function failing(workflow: Workflow, cutAt: number, gap: Micros): Script {
  const work = working(workflow.nodes)
  const victim = work[Math.floor(cutAt * work.length)] ?? workflow.nodes[0]!
  const failed = replaceNode(workflow, victim, { status: 'failed', error: NODE_ERROR })
  const stop = failed.happenings.findIndex((happening) => happening.kind === 'node-finished' && happening.node.node.id === victim.node.id)
  const script = cutShort(workflow, victim.finished)
  return {
    ...script,
    // What a failed node would have given, it does not give; what its model had said by then stands.
    happenings: failed.happenings
      .slice(0, stop + 1)
      .filter((one) => one.kind !== 'text' || !one.last || !one.selector.startsWith(`${victim.node.id}.`)),
    endsAt: micros(victim.finished + gap),
    ending: 'finished',
    result: { ...script.result, error: NODE_ERROR, exceptions: 1 },
  }
}

function replaceNode(workflow: Workflow, victim: NodeRun | undefined, failure: NonNullable<NodeRun['failure']>): Workflow {
  const swap = (run: NodeRun): NodeRun => (run === victim ? { ...run, failure } : run)
  const happenings = workflow.happenings.map((happening) =>
    happening.kind === 'text' ? happening : { ...happening, node: swap(happening.node) },
  )
  return { ...workflow, happenings, nodes: workflow.nodes.map(swap) }
}

/** A person is asked when the end node would begin. */
function pausedBeforeEnd(workflow: Workflow): Script {
  const end = workflow.nodes.find(({ node }) => node.type === 'end')
  const at = end?.started ?? workflow.length
  const before = workflow.nodes.filter((run) => run !== end)
  const script = cutShort({ happenings: workflow.happenings, nodes: before }, at)
  return {
    ...script,
    happenings: script.happenings.filter((happening) => happening.kind === 'text' || happening.node !== end),
    ending: 'paused',
    result: { ...script.result, status: 'paused', error: null, steps: before.length + 1 },
  }
}
