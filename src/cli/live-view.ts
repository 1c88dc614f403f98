import { clearLine, cursorTo } from 'node:readline'
import { SECOND } from '../core/units.ts'
import { count, duration, span } from '../report/format.ts'
import { cut } from '../report/width.ts'
import type { RunWatcher } from '../run/perform.ts'
import { createRunMeter, type RunReading } from './run-meter.ts'
import { createUploadView } from './upload-view.ts'

export interface LiveOptions {
  readonly stream: NodeJS.WriteStream
  /** `redrawn`: one line in place, four times a second. `lines`: a plain line every 10 s. `silent`: nothing. */
  readonly style: 'redrawn' | 'lines' | 'silent'
  /** What the line begins with: which run it is, where there are several. */
  readonly prefix?: () => string
}

/** Drawing costs time on the very thread that measures: no more often than an eye can follow. */
export const REDRAW_MS = 250
const LINE_MS = 10_000

/** `redrawn` for a person at a terminal, `lines` for everything else. */
export function liveStyle(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): LiveOptions['style'] {
  return stream.isTTY && env['TERM'] !== 'dumb' && !env['CI'] ? 'redrawn' : 'lines'
}

/** What goes on in a run, on one line: phase, time left, in flight, completions per second, p50 and p95 so far, failures. */
export function createLiveView({ stream, style, prefix }: LiveOptions): RunWatcher {
  const meter = createRunMeter()
  let timer: NodeJS.Timeout | undefined

  function draw(): void {
    const reading = meter.read()
    if (!reading) return
    const text = [...(prefix ? [prefix()] : []), reading.phase, timeLeft(reading), ...numbersOf(reading)].join('  ')
    if (style === 'lines') stream.write(`${text}\n`)
    else {
      cursorTo(stream, 0)
      stream.write(cut(text, Math.max(20, (stream.columns ?? 80) - 1)))
      clearLine(stream, 1)
    }
  }

  function wipe(): void {
    if (style !== 'redrawn') return
    cursorTo(stream, 0)
    clearLine(stream, 0)
  }

  return {
    uploading: createUploadView({ stream, style }),
    began(run) {
      meter.began(run)
      if (style !== 'silent') timer = setInterval(draw, style === 'redrawn' ? REDRAW_MS : LINE_MS)
      timer?.unref()
    },
    line(told) {
      if (style === 'silent') return
      meter.line(told)
      if (!('note' in told)) return
      wipe()
      stream.write(`${told.text}\n`)
    },
    ended() {
      clearInterval(timer)
      if (style === 'lines') draw()
      wipe()
    },
  }
}

/** What is to be seen of a run under way: in flight, completions per second, p50 and p95 so far, how many ended and failed. */
export const numbersOf = ({ inFlight, perSecond, p50, p95, ended, failed }: RunReading): readonly string[] => [
  `${inFlight} in flight`,
  `${perSecond.toFixed(1)}/s`,
  p50 === undefined ? 'p50 –' : `p50 ${duration(p50)}`,
  p95 === undefined ? 'p95 –' : `p95 ${duration(p95)}`,
  `${count(ended)} ended`,
  `${count(failed)} failed`,
]

function timeLeft({ planned, leftOfPhase }: RunReading): string {
  if (leftOfPhase === undefined) return planned?.kind === 'closed' ? `of ${planned.runs} runs` : ''
  return leftOfPhase > 0 ? `${span(Math.ceil(leftOfPhase / SECOND) * SECOND)} left` : 'draining'
}
