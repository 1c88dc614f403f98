import type { Micros } from '../core/units.ts'
import type { Draws } from './draws.ts'
import type { ContainerNode, Node, Step } from './profile-nodes.ts'
import type { Profile } from './profile-schema.ts'
import type { Usage } from './usage.ts'

/** Something that happens inside a workflow, `at` µs after its start. */
export type Happening =
  | { readonly at: Micros; readonly kind: 'node-started' | 'node-finished'; readonly node: NodeRun }
  | { readonly at: Micros; readonly kind: 'node-retry'; readonly node: NodeRun; readonly retry: number; readonly error: string }
  /** Round `index` of an iteration or loop begins; in one with rounds side by side all are told of in front. */
  | { readonly at: Micros; readonly kind: 'round'; readonly node: NodeRun; readonly index: number }
  /** Round `index` of those side by side has ended: all that happened in it is told now. */
  | { readonly at: Micros; readonly kind: 'round-ended'; readonly node: NodeRun; readonly index: number }
  /** A piece of what a node gives; `last` where nothing of it follows. */
  | { readonly at: Micros; readonly kind: 'text'; readonly selector: string; readonly text: string; readonly last: boolean }

/** One node of one run, its draws made. */
export interface NodeRun {
  readonly node: Node
  readonly started: Micros
  readonly finished: Micros
  /** Field → value, as outputs name them. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly usage?: Usage
  /** Of an iteration or loop: what each round gave. */
  readonly rounds?: readonly unknown[]
  /** Tokens of the models in it. */
  readonly tokens: number
  /** How often it was tried again. */
  readonly retries: number
  /** The round of an iteration or loop that it is in. */
  readonly within?: Within
  /** Where it does not end well: `exception` is a failure that the workflow handles. */
  readonly failure?: { readonly status: 'failed' | 'exception'; readonly error: string; readonly cause?: string }
}

export interface Within {
  readonly container: ContainerNode
  readonly index: number
}

/** What a run is drawn from. */
export interface RunDraws extends Draws {
  readonly inputs: Readonly<Record<string, unknown>>
  /** Since the first run's request. */
  readonly age: Micros
}

/** Where the draws of a workflow gather. */
export interface Drawing {
  readonly profile: Profile
  readonly draws: RunDraws
  readonly happenings: Happening[]
  readonly nodes: NodeRun[]
}

/** Draws steps that come one after the other, and gives the end of the last. The engine's gap comes before each but one that is the first. */
export type DrawSteps = (drawing: Drawing, steps: readonly Step[], place: StepsPlace) => Micros

export interface StepsPlace {
  readonly from: Micros
  readonly before: 'nothing' | 'a step'
  readonly within?: Within
}

/** Tells the draws of one round from those of another. */
export const roundKey = (within: Within | undefined): readonly number[] => (within ? [within.index] : [])
