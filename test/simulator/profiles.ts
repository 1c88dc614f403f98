import { micros } from '../../src/core/units.ts'
import { runDraws } from '../../src/simulator/draws.ts'
import { parseProfile } from '../../src/simulator/profile.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'
import { drawWorkflow, type Workflow } from '../../src/simulator/workflow.ts'

/** A profile from YAML, with short holds so that tests need not wait. */
export function profileOf(yaml: string): Profile {
  const profile = parseProfile(yaml, 'test', 'test.yaml')
  const close = { afterFinished: 40_000, afterError: 40_000, afterSilence: 40_000 } as Profile['close']
  return yaml.includes('close:') ? profile : { ...profile, close }
}

/** Start, a model with three pieces, end: 100 ms from slot to end. */
export const SIMPLE = `
description: a test
times: { admission: 1ms, start: 4ms, between: 1ms, stop: 10ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - { id: llm, title: LLM, type: llm, text: { first: 70ms, chunks: 3, gap: 10ms } }
  - { id: end, title: End, type: end, takes: 2ms }
outputs: { text: llm.text }
`

/** One silent node and no time for anything else: a server with a known law of service. */
export const queueOf = (workers: number, takes: string) => `
description: a queue
slots: { connections: 1000000, workers: ${workers}, api: ${workers} }
times: { admission: 0ms, start: 0ms, between: 0ms }
nodes: [{ id: work, title: Work, type: code, takes: ${takes} }]
outputs: {}
`

/** What the recorded echo workflow was. */
export const ECHO = `
description: "lab: echo"
inputs:
  - { variable: query, type: text-input, required: true, max_length: 48 }
  - { variable: n, type: number }
  - { variable: choice, type: select, options: [a, b] }
  - { variable: long, type: paragraph, max_length: 2000 }
  - { variable: flag, type: checkbox }
times: { admission: 1ms, start: 1ms, between: 1ms, stop: 20ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
  - { id: end, title: End, type: end, takes: 1ms }
outputs: { query: start.query, n: start.n, choice: start.choice }
`

/** Run `n` as it is drawn on a server that has not slowed down. */
export const drawn = (profile: Profile, seed: number, n: number): Workflow =>
  drawWorkflow(profile, { ...runDraws(seed, n, 1), inputs: {}, age: micros(0) })
