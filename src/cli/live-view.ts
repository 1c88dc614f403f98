import { clearLine, cursorTo } from 'node:readline'
import type { Plan } from '../core/plan.ts'
import { OUT_OF_STATISTICS, type OutcomeKind, type Sample } from '../core/sample.ts'
import { SECOND } from '../core/units.ts'
import { createHistogram, type Histogram } from '../measure/histogram.ts'
import { count, duration, span } from '../report/format.ts'
import { cut } from '../report/width.ts'
import type { RunWatcher } from '../run/perform.ts'
import { quantileRank } from '../stats/order.ts'
import { createUploadView } from './upload-view.ts'

export interface LiveOptions {
  readonly stream: NodeJS.WriteStream
  /** `redrawn`: one line in place, four times a second. `lines`: a plain line every 10 s. `silent`: nothing. */
  readonly style: 'redrawn' | 'lines' | 'silent'
  /** What the line begins with: which run it is, where there are several. */
  readonly prefix?: () => string
}

/** Drawing costs time on the very thread that measures: no more often than an eye can follow. */
const REDRAW_MS = 250
const LINE_MS = 10_000
/** The rate shown is over the last so many seconds. */
const WINDOW_S = 5

/** `redrawn` for a person at a terminal, `lines` for everything else. */
export function liveStyle(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): LiveOptions['style'] {
  return stream.isTTY && env['TERM'] !== 'dumb' && !env['CI'] ? 'redrawn' : 'lines'
}

/** What goes on in a run, on one line: phase, time left, in flight, completions per second, p50 and p95 so far, failures. */
export function createLiveView({ stream, style, prefix }: LiveOptions): RunWatcher {
  let run: Parameters<RunWatcher['began']>[0] | undefined
  let phase: { readonly name: string; readonly at: number; ended: number; failed: number; readonly responses: Histogram } | undefined
  let accepted: ReadonlySet<OutcomeKind> = new Set()
  let timer: NodeJS.Timeout | undefined
  const endings: number[] = []

  function line(): string {
    if (!run || !phase) return ''
    const now = run.now()
    while (endings.length > 0 && endings[0]! < now - WINDOW_S * SECOND) endings.shift()
    const window = Math.min(WINDOW_S, Math.max(0.5, (now - phase.at) / SECOND))
    const { responses } = phase
    const times =
      responses.count > 0
        ? `p50 ${duration(responses.at(quantileRank(responses.count, 0.5)))}  p95 ${duration(responses.at(quantileRank(responses.count, 0.95)))}`
        : 'p50 –  p95 –'
    return [
      ...(prefix ? [prefix()] : []),
      phase.name,
      timeLeft(run.plan, phase, now),
      `${run.inFlight()} in flight`,
      `${(endings.length / window).toFixed(1)}/s`,
      times,
      `${count(phase.ended)} ended`,
      `${count(phase.failed)} failed`,
    ].join('  ')
  }

  function draw(): void {
    const text = line()
    if (text === '') return
    if (style === 'lines') stream.write(`${text}\n`)
    else {
      cursorTo(stream, 0)
      stream.write(cut(text, Math.max(20, (stream.columns ?? 80) - 1)))
      clearLine(stream, 1)
    }
  }

  function take(sample: Sample): void {
    if (!phase || sample.phase !== phase.name || OUT_OF_STATISTICS.has(sample.outcome.kind)) return
    phase.ended++
    if (!accepted.has(sample.outcome.kind)) {
      phase.failed++
      return
    }
    endings.push(sample.ended ?? 0)
    if (sample.marks.finished !== undefined) phase.responses.record(sample.marks.finished - sample.marks.intended)
  }

  function wipe(): void {
    if (style !== 'redrawn') return
    cursorTo(stream, 0)
    clearLine(stream, 0)
  }

  return {
    uploading: createUploadView({ stream, style }),
    began(begun) {
      run = begun
      accepted = new Set<OutcomeKind>(['succeeded', ...begun.plan.accept])
      if (style !== 'silent') timer = setInterval(draw, style === 'redrawn' ? REDRAW_MS : LINE_MS)
      timer?.unref()
    },
    line(told) {
      if (style === 'silent') return
      if ('sample' in told) take(told.sample)
      else if ('phaseBegan' in told) {
        endings.length = 0
        phase = { name: told.phaseBegan, at: told.at, ended: 0, failed: 0, responses: createHistogram() }
      } else if ('note' in told) {
        wipe()
        stream.write(`${told.text}\n`)
      }
    },
    ended() {
      clearInterval(timer)
      if (style === 'lines') draw()
      wipe()
    },
  }
}

function timeLeft(plan: Plan, phase: { readonly name: string; readonly at: number }, now: number): string {
  const planned = plan.phases.find(({ name }) => name === phase.name)
  if (planned?.length === undefined) return planned?.kind === 'closed' ? `of ${planned.runs} runs` : ''
  const left = phase.at + planned.length - now
  return left > 0 ? `${span(Math.ceil(left / SECOND) * SECOND)} left` : 'draining'
}
