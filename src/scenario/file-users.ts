import type { PlannedFile } from '../core/file.ts'
import type { InputSet, Phase, Plan } from '../core/plan.ts'
import { keyed } from '../core/random.ts'
import { countArrivals } from '../load/arrivals.ts'
import { createDraw, type Draw } from './draw.ts'
import { templateNamesIn } from './template.ts'

/** A file and a user whose runs are sent it: one upload. */
export interface UploadNeed {
  readonly user: string
  readonly file: Exclude<PlannedFile, { source: 'url' }>
}

/** All uploads of a plan, or why they cannot be known beforehand. */
export type UploadNeeds =
  | { readonly ok: true; readonly needs: readonly UploadNeed[] }
  | { readonly ok: false; readonly wrong: string; readonly right: string }

/** More than this are no preparation any more but a load of their own. */
const MOST_UPLOADS = 200
/** Half a second's work. */
const MOST_DRAWS = 100_000

const ONE_USER = 'a user that is the same for all runs, such as flowbench-{{run}}'

/** The files that an input set uploads; the same file twice is one. */
const toUpload = ({ files = {}, requestFiles = [] }: InputSet): readonly UploadNeed['file'][] =>
  [...Object.values(files).flat(), ...requestFiles].filter((file) => file.source !== 'url')

/** What makes two files the same to the server. */
export const fileKey = (file: UploadNeed['file']): string =>
  file.source === 'path' ? `path ${file.path}` : `generated ${file.name}, ${file.size} bytes`

/**
 * Every upload that a plan's runs need: a server lets only that user use a file who uploaded it. Where `user` differs from run to run, all
 * runs are drawn beforehand; so there must be a known number of them.
 */
export function uploadNeeds(
  plan: Pick<Plan, 'seed' | 'user' | 'inputs' | 'phases' | 'limits'>,
  { run }: { readonly run: string },
): UploadNeeds {
  const filesBySet = new Map(plan.inputs.map((set) => [set.name, toUpload(set)]))
  const needs = new Map<string, UploadNeed>()
  const need = (user: string, files: readonly UploadNeed['file'][]) => {
    for (const file of files) needs.set(JSON.stringify([user, fileKey(file)]), { user, file })
  }
  const all = [...filesBySet.values()].flat()
  const names = templateNamesIn(plan.user)
  if (all.length === 0) return { ok: true, needs: [] }
  if (names.has('nonce'))
    return {
      ok: false,
      wrong: 'Files are uploaded for each user before the load, and {{nonce}} tells nobody who that will be',
      right: `Write ${ONE_USER}, or {{n}}.`,
    }
  const draw = createDraw(plan, { run })
  if ([...names].every((name) => name === 'run' || name === 'slot')) {
    // Who it is does not depend on what is drawn, so no run need be looked at.
    const alone = createDraw({ ...plan, inputs: [{ ...plan.inputs[0]!, values: {}, whenExhausted: 'repeat' }] }, { run })
    for (const slot of slotsOf(plan.phases, names)) need(alone('', 0, { slot })!.user, all)
  } else {
    for (const phase of plan.phases) {
      const runs = mostRuns(plan, phase)
      if (runs === undefined)
        return {
          ok: false,
          wrong: `Files are uploaded for each user before the load, and nobody knows how many runs, so how many users, ${phase.name} will have`,
          right: `Write ${ONE_USER}, or limits.runs.`,
        }
      const slots = slotsOf([phase], names)
      if (runs * slots.length > MOST_DRAWS)
        return {
          ok: false,
          wrong: `Files are uploaded for each user before the load, and ${phase.name} has more than ${MOST_DRAWS} runs${slots.length > 1 ? ', each in any of its slots,' : ''} to find them in`,
          right: `Write ${ONE_USER}.`,
        }
      for (let n = 0; n < runs && needs.size <= MOST_UPLOADS; n++) for (const slot of slots) drawOne(draw, phase, n, slot)
    }
  }
  if (needs.size > MOST_UPLOADS)
    return {
      ok: false,
      wrong: `Files are uploaded for each user before the load, and that makes more than ${MOST_UPLOADS} uploads`,
      right: `Write ${ONE_USER}, or name fewer files.`,
    }
  return { ok: true, needs: [...needs.values()] }

  function drawOne(from: Draw, phase: Phase, n: number, slot: number): void {
    const drawn = from(phase.name, n, phase.kind === 'closed' ? { slot } : {})
    if (drawn) need(drawn.user, filesBySet.get(drawn.inputSet) ?? [])
  }
}

/** All slots where the user's text names them, else one. */
function slotsOf(phases: readonly Phase[], names: ReadonlySet<string>): readonly number[] {
  const most = Math.max(1, ...phases.map((phase) => (phase.kind === 'closed' ? Math.max(phase.from, phase.to) : 1)))
  return Array.from({ length: names.has('slot') ? Math.min(most, MOST_UPLOADS + 1) : 1 }, (_, slot) => slot)
}

/** The most runs that a phase can send; undefined where only the target bounds them. */
function mostRuns({ seed, limits }: Pick<Plan, 'seed' | 'limits'>, phase: Phase): number | undefined {
  const own = phase.kind === 'closed' ? phase.runs : countArrivals(phase, keyed(seed, 'arrivals', phase.name))
  const known = [own, limits.runs].filter((count) => count !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
