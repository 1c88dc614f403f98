import type { Clock } from '../../src/core/clock.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { LogLine } from '../../src/core/record.ts'
import type { Sample } from '../../src/core/sample.ts'
import { type Micros, micros } from '../../src/core/units.ts'
import type { Tracer } from '../../src/dify/trace.ts'
import { type Measured, summarise } from '../../src/measure/summary.ts'
import type { Draw } from '../../src/run/dispatch.ts'
import { type ExecuteEnd, execute } from '../../src/run/execute.ts'
import { lookUp } from '../../src/run/look-up.ts'
import { createLostRuns } from '../../src/run/lost-runs.ts'
import { VirtualClock } from './virtual-clock.ts'
import {
  bytes,
  end,
  head,
  JSON_TYPE,
  type SentRequest,
  type Server,
  sent,
  type VirtualTransport,
  virtualTransport,
} from './virtual-transport.ts'

export interface VirtualRunOptions {
  /** What the server does with requests to stop a run; it obeys unless told otherwise. */
  readonly control?: Server
  /** What it answers when asked what became of lost runs; nobody asks where absent. */
  readonly stored?: Server
  /** When the person stops the run, and when they lose patience, in µs. */
  readonly stopAt?: number
  readonly abortAt?: number
  /** Number of the last draw that the inputs suffice for. */
  readonly draws?: number
  /** Inputs and users in place of a user for each run. */
  readonly draw?: Draw
  readonly tracer?: Tracer
  /** In place of the one to the server given. */
  readonly transport?: (clock: Clock) => VirtualTransport
}

export interface VirtualRun {
  readonly end: ExecuteEnd
  readonly lines: readonly LogLine[]
  readonly samples: readonly Sample[]
  readonly requests: readonly SentRequest[]
  readonly stops: readonly SentRequest[]
  readonly questions: readonly SentRequest[]
  readonly measured: Measured
  /** What the clock read once all was over. */
  readonly over: Micros
}

/** Says `success`, as a real server does to any stop. */
export const OBEY: Server = () => [sent(0), head(1000, 200, JSON_TYPE), bytes(1000, '{"result":"success"}'), end(1000)]

/** Executes `plan` against `server` in virtual time, and reads the log as a report would. */
export async function virtualRun(plan: Plan, server: Server, options: VirtualRunOptions = {}): Promise<VirtualRun> {
  const clock = new VirtualClock()
  const transport = options.transport?.(clock) ?? virtualTransport(clock, server)
  const control = virtualTransport(clock, options.control ?? OBEY)
  const lines: LogLine[] = []
  const lost = createLostRuns()
  const journal = (line: LogLine) => void lines.push(JSON.parse(JSON.stringify(line)) as LogLine)
  const [stop, abort] = [new AbortController(), new AbortController()]
  if (options.stopAt !== undefined) clock.at(micros(options.stopAt), () => stop.abort())
  if (options.abortAt !== undefined) clock.at(micros(options.abortAt), () => abort.abort())
  const ends = await clock.run(
    execute(
      plan,
      {
        clock,
        transport,
        control,
        base: '/v1',
        apiKey: 'app-key',
        headers: {},
        draw:
          options.draw ??
          ((phase, n) =>
            n > (options.draws ?? Number.POSITIVE_INFINITY) ? undefined : { inputSet: 'default', inputs: { phase, n }, user: `user-${n}` }),
        tracer: options.tracer,
        bodyHash: (body) => body,
        journal,
        ended: lost.take,
      },
      { stop: stop.signal, abort: abort.signal, name: () => (stop.signal.aborted ? 'SIGINT' : undefined) },
    ),
  )
  const questions = virtualTransport(clock, options.stored ?? (() => []))
  if (options.stored)
    await clock.run(lookUp(lost, { transport: questions, clock, base: '/v1', headers: {}, journal, zeroWall: 0 }, abort.signal))
  return {
    end: ends,
    lines,
    samples: lines.flatMap((line) => ('sample' in line ? [line.sample] : [])),
    requests: transport.requests,
    stops: control.requests,
    questions: questions.requests,
    measured: await summarise(plan, lines),
    over: micros(clock.now()),
  }
}
