import type { CapacityOrder, CapacitySearch } from '../core/capacity.ts'
import type { CapacityProgress } from '../judge/capacity/capacity-progress.ts'
import { searchFrame, type UnderWay } from '../report/capacity/live-frame.ts'
import type { RunWatcher } from '../run/perform.ts'
import { createLiveView, numbersOf, REDRAW_MS } from './live-view.ts'
import { type colourOf, glyphs } from './output.ts'
import { createRunMeter } from './run-meter.ts'
import type { Screen } from './screen.ts'
import { beforeRun } from './search-progress.ts'

/** What goes on in a search: told of its runs as any view of runs is, and of where the search stands. */
export interface SearchView extends RunWatcher {
  beginning(order: CapacityOrder, progress: CapacityProgress): void
  /** A run has ended, and this is known now. */
  known(progress: CapacityProgress): void
  /** Nothing more comes: what was drawn is taken away. */
  over(): void
}

/** The bracket as it closes, drawn in the last lines of a terminal four times a second. */
export function createDrawnSearch(
  search: CapacitySearch,
  {
    screen,
    stream,
    colour,
  }: { readonly screen: Screen; readonly stream: NodeJS.WriteStream; readonly colour: ReturnType<typeof colourOf> },
): SearchView {
  const meter = createRunMeter()
  let order: CapacityOrder | undefined
  let progress: CapacityProgress | undefined
  let isRunning = false
  let uploads: string | undefined

  function underWay(): UnderWay | undefined {
    if (!order) return undefined
    const reading = isRunning ? meter.read() : undefined
    if (!reading) return uploads === undefined ? undefined : { order, numbers: [uploads] }
    const { done, left } = reading
    return { order, ...(done !== undefined && { done }), ...(left !== undefined && { left }), numbers: numbersOf(reading) }
  }

  function draw(): void {
    if (!progress) return
    const options = { columns: stream.columns || 80, rows: stream.rows || 24, colour, glyphs: glyphs() }
    screen.show(searchFrame({ search, progress, now: underWay() }, options))
  }

  const timer = setInterval(draw, REDRAW_MS)
  timer.unref()
  // What a narrower terminal has wrapped is drawn anew at once.
  stream.on('resize', draw)
  return {
    beginning(next, standing) {
      order = next
      progress = standing
    },
    uploading({ done, of }) {
      uploads = `uploading ${of} ${of === 1 ? 'file' : 'files'}: ${done} done`
      draw()
    },
    began(run) {
      uploads = undefined
      meter.began(run)
      isRunning = true
    },
    line(told) {
      meter.line(told)
      if ('note' in told) screen.print(told.text)
    },
    ended() {
      isRunning = false
    },
    known(standing) {
      progress = standing
      order = undefined
      draw()
    },
    over() {
      clearInterval(timer)
      stream.off('resize', draw)
      screen.clear()
    },
  }
}

/** The same as plain lines, one every ten seconds, or as nothing. */
export function createPlainSearch(search: CapacitySearch, stream: NodeJS.WriteStream, style: 'lines' | 'silent'): SearchView {
  let place = ''
  const live = createLiveView({ stream, style, prefix: () => place })
  // In a log a line for each probe would say nothing.
  const unseen = createLiveView({ stream, style: 'silent', prefix: () => place })
  let shown = live
  return {
    beginning(order, progress) {
      place = beforeRun(order, progress, search)
      shown = order.purpose === 'probe' ? unseen : live
    },
    uploading: (progress) => shown.uploading(progress),
    began: (run) => shown.began(run),
    line: (line) => shown.line(line),
    ended: () => shown.ended(),
    known() {},
    over() {},
  }
}
