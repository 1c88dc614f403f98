import type { HistoryEntry } from '../../core/history.ts'
import { counted } from '../../measure/figures.ts'

/** Why a series begins where it does: what was otherwise in the run before it. Undefined for the first of a scenario. */
export function cutSentence(first: HistoryEntry, group: readonly HistoryEntry[]): string | undefined {
  const before = group.findLast(({ start, run }) => start < first.start && run !== first.run)
  if (!before) return undefined
  const other = [
    ...(before.planHash === first.planHash ? [] : [`the plan changed (${short(before.planHash)} → ${short(first.planHash)})`]),
    ...(before.machine.print === first.machine.print ? [] : [`the machine changed (${before.machine.words} → ${first.machine.words})`]),
  ]
  return `Begins on ${first.start.slice(0, 10)}, where ${other.join(' and ')}: what was before is a series of its own.${before.planHash === first.planHash ? '' : ' `flowbench compare` of a run before and one after names the fields.'}`
}

/** Hashes as people read them. */
export const short = (hash: string): string => hash.slice(0, 8)

/** Where flowbench itself was another version: measured the same, or so it is meant. */
export function versionSentences(runs: readonly HistoryEntry[]): readonly string[] {
  return runs.flatMap(({ versions: { flowbench }, start }, at) => {
    const before = runs[at - 1]?.versions.flowbench
    return before === undefined || before === flowbench ? [] : [`On ${start.slice(0, 10)} flowbench ${before} became ${flowbench}.`]
  })
}

/** Runs that stand in no level. */
export function leftOutSentences(runs: readonly HistoryEntry[]): readonly string[] {
  const invalid = runs.filter(({ valid }) => !valid).length
  return invalid === 0 ? [] : [`${counted(invalid, 'run')} in it ${invalid === 1 ? 'is' : 'are'} invalid: shown, and in no level.`]
}
