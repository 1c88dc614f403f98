import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createScreen } from '../../src/cli/screen.ts'
import { createDrawnSearch } from '../../src/cli/search-view.ts'
import { follow } from '../../src/judge/capacity/capacity-progress.ts'
import { rateSearch } from '../helpers/rate-search.ts'
import { openPhase, planOf, s } from '../helpers/samples.ts'
import { createTerminal } from '../helpers/terminal.ts'

const search = rateSearch()
const order = { purpose: 'unloaded', load: 1, seed: 1 } as const
const progress = follow(search, [])

function begun(columns = 60) {
  const terminal = createTerminal(columns, 20)
  terminal.write('plan\n')
  let heard: (() => void)[] = []
  const stream = Object.assign(terminal, {
    on: (_: 'resize', listener: () => void) => void heard.push(listener),
    off(_: 'resize', listener: () => void) {
      heard = heard.filter((each) => each !== listener)
    },
  })
  const resize = (to: number) => {
    terminal.narrow(to)
    for (const listener of heard) listener()
  }
  const view = createDrawnSearch(search, { screen: createScreen(terminal as never), stream: stream as never, colour: 'off' })
  const clock = { now: 0 }
  view.beginning(order, progress)
  const run = {
    plan: planOf({ phases: [openPhase({ length: s(20) })] }),
    folder: 'r',
    now: () => clock.now,
    inFlight: () => 7,
    connectionsOpen: () => 7,
  }
  return { terminal, resize, view, clock, run }
}

describe('a search on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is drawn four times a second while a run goes on, and taken away at its end', () => {
    const { terminal, view, clock, run } = begun()
    view.began(run)
    view.line({ phaseBegan: 'steady', at: s(0) })
    clock.now = 5e6
    vi.advanceTimersByTime(250)
    expect(terminal.text()).toMatch(/^plan\none run at a time {2}█+░+ {2}15 s left\n7 in flight {2}0\.0\/s/)
    clock.now = 25e6
    vi.advanceTimersByTime(250)
    expect(terminal.text()).toMatch(/^plan\none run at a time {2}█+ {2}draining\n/)
    view.ended()
    vi.advanceTimersByTime(250)
    expect(terminal.text()).toBe('plan\nwaiting until nothing is under way')
    view.over()
    vi.advanceTimersByTime(1000)
    expect(terminal.text()).toBe('plan\n')
  })

  test('what a run has to say stands above it', () => {
    const { terminal, view, run } = begun()
    view.began(run)
    view.line({ phaseBegan: 'steady', at: s(0) })
    vi.advanceTimersByTime(250)
    view.line({ note: 'budget-warning', at: s(1), text: 'Four fifths are spent.' })
    expect(terminal.text()).toMatch(/^plan\nFour fifths are spent\.\none run at a time/)
  })

  test('uploads before a run are told', () => {
    const { terminal, view } = begun()
    view.uploading({ done: 2, of: 5, bytes: 10 })
    expect(terminal.text()).toBe('plan\none run at a time\nuploading 5 files: 2 done')
  })

  test('a narrower terminal is drawn on at once, and no longer once the search is over', () => {
    const { terminal, resize, view, run } = begun()
    view.began(run)
    view.line({ phaseBegan: 'steady', at: s(0) })
    vi.advanceTimersByTime(250)
    resize(40)
    expect(terminal.text()).toMatch(
      /^plan\none run at a time {2}░+ {2}20 s left\n7 in flight {2}0\.0\/s {2}p50 – {2}p95 –\n0 ended {2}0 failed$/,
    )
    view.over()
    const before = terminal.writes.length
    resize(30)
    expect(terminal.writes.length).toBe(before)
  })
})
