import { VERDICTS } from '../src/core/comparison.ts'
import { inPercent } from './page.ts'
import type { Counts, Task } from './tasks.ts'

export interface Done {
  readonly task: Task
  readonly counts: Counts
}

/** A table of docs/method.md, what must be done for it, and which of its requirements are not met. */
export interface Proof {
  /** Of the marks in the page. */
  readonly name: string
  /** `share`: of the full number of trials. */
  readonly tasks: (share: number) => readonly Task[]
  readonly tables: (done: readonly Done[]) => { readonly markdown: string; readonly failures: readonly string[] }
}

/** What a proof by the real command in real time gives: what stands in the page, and what did not end as it must. */
export type RealProof = ReturnType<Proof['tables']>

/** Experiments that a thread does at one go. */
const CHUNK = 250

/** A share of the full number of trials; one at least. */
export const times = (full: number, share: number): number => Math.max(1, Math.round(full * share))

/** [from, to) in pieces. */
export function pieces(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, index) => [index * CHUNK, Math.min(count, (index + 1) * CHUNK)])
}

/** Counts of the same name added up. */
export function sum(parts: readonly Counts[]): Counts {
  const total: Record<string, number> = {}
  for (const part of parts) for (const [name, count] of Object.entries(part)) total[name] = (total[name] ?? 0) + count
  return total
}

/** Of the tasks that are wanted. */
export const sumOf = (done: readonly Done[], wanted: (task: Task) => boolean): Counts =>
  sum(done.filter(({ task }) => wanted(task)).map(({ counts }) => counts))

/** Regressed, improved, no regression, inconclusive; in percent. */
export function shares(counts: Counts, prefix = ''): string {
  const of = VERDICTS.map((verdict) => counts[`${prefix}${verdict}`] ?? 0)
  const all = of.reduce((total, count) => total + count, 0)
  return of.map((count) => inPercent(count / all)).join(' / ')
}
