import type { TargetPlan } from '../core/plan.ts'
import { keyed, type Random } from '../core/random.ts'

/** What one exchange is known by to the tracing of the server and of all that it calls. */
export interface Trace {
  /** 32 hex digits: as Dify's `X-Trace-Id` and W3C's `traceparent` both take it. */
  readonly id: string
  readonly headers: Readonly<Record<'x-trace-id' | 'traceparent', string>>
}

/** The trace of the exchange with this number in the run. */
export type Tracer = (seq: number) => Trace

/**
 * Traces of a run: drawn from seed and run id, so that the same exchange has the same id however often it is asked for, and no two runs share
 * one. The form is that of W3C Trace Context level 1 (version 00, neither id all zeros); the sampled flag is set only where the plan wants it,
 * since a server whose sampling follows its caller would else record every run of a load test. Undefined where the plan sends no ids.
 */
export function createTracer(
  trace: TargetPlan['trace'],
  { seed, run }: { readonly seed: number; readonly run: string },
): Tracer | undefined {
  if (trace === undefined) return undefined
  const flags = trace === 'sampled' ? '01' : '00'
  let known: { readonly block: number; readonly traces: readonly Trace[] } | undefined
  function tracesOf(block: number): readonly Trace[] {
    const random = keyed(seed, 'trace', run, block)
    return Array.from({ length: BLOCK }, () => {
      const [id, span] = [hex(random, 4), hex(random, 2)]
      return { id, headers: { 'x-trace-id': id, traceparent: `00-${id}-${span}-${flags}` } }
    })
  }
  return (seq) => {
    const block = Math.floor(seq / BLOCK)
    if (known?.block !== block) known = { block, traces: tracesOf(block) }
    return known.traces[seq % BLOCK]!
  }
}

/** So many exchanges in a row draw from one stream: making a stream costs more than what is drawn from it, and exchanges ask in order. */
const BLOCK = 32

/** So many words of 8 hex digits; the last digit is odd, so that it is never all zeros. */
function hex(random: Random, words: number): string {
  const digits = Array.from({ length: words }, (_, n) =>
    (((random() * 2 ** 32) | (n === words - 1 ? 1 : 0)) >>> 0).toString(16).padStart(8, '0'),
  )
  return digits.join('')
}
