import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../../src/core/plan.ts'
import type { LogLine, MachineSecond } from '../../src/core/record.ts'
import type { Sample } from '../../src/core/sample.ts'
import { createDraw } from '../../src/scenario/draw.ts'
import { environment } from './run-summary.ts'
import { type VirtualRun, type VirtualRunOptions, virtualRun } from './virtual-run.ts'
import type { Server } from './virtual-transport.ts'

/** A run of the plan, or of its shard, in virtual time, with the inputs that a real one would draw. */
export const drawnRun = (plan: Plan, server: Server, options: VirtualRunOptions = {}): Promise<VirtualRun> =>
  virtualRun(plan, server, { draw: createDraw(plan, { run: 'one' }), ...options })

export interface WrittenShard {
  readonly parent: string
  readonly plan: Plan
  readonly lines: readonly LogLine[]
  /** ms after the first shard by this machine's wall clock. */
  readonly late?: number
  readonly machine?: readonly MachineSecond[]
}

const START = Date.parse('2026-11-26T07:00:00.000Z')

/** Writes a shard's folder as a run would have left it, and gives its path. */
export function writeShard({ parent, plan, lines, late = 0, machine = [] }: WrittenShard): string {
  const run = `20261126T070000Z-00a${plan.shard?.index ?? 0}`
  const start = new Date(START + late).toISOString()
  const folder = join(parent, run)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ schema: 1, run, start, zeroMonotonic: 0, plan, environment }))
  const rows = (of: readonly unknown[]) => of.map((line) => `${JSON.stringify(line)}\n`).join('')
  writeFileSync(join(folder, 'samples.jsonl'), rows([{ schema: 'flowbench-samples', version: 1, plan: plan.hash, run, start }, ...lines]))
  writeFileSync(join(folder, 'machine.jsonl'), rows(machine))
  return folder
}

/** What the target was sent, whoever sent it: body and moment by phase and number. */
export const sentBy = (samples: readonly Sample[]): ReadonlyMap<string, readonly [body: string | undefined, intended: number]> =>
  new Map(samples.map(({ phase, n, bodyHash, marks }) => [`${phase} ${n}`, [bodyHash, marks.intended]]))
