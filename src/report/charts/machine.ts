import type { MachineSecond } from '../../core/record.ts'
import { SECOND } from '../../core/units.ts'
import { largest } from '../../stats/extremes.ts'
import { duration, percent } from '../format.ts'
import { html } from '../markup.ts'
import { durationTicks } from './duration-axis.ts'
import type { Figure } from './figure.ts'
import { drawn } from './frame.ts'
import { line } from './marks.ts'
import { linear, ticks } from './scale.ts'
import { grouped, thinned } from './thin.ts'
import type { Timeline } from './time-axis.ts'
import { bandsOf } from './timeline.ts'

const POINTS = 1000
const ROWS = 100

/** How late the generator's own event loop was. */
export function loopFigure(machine: readonly MachineSecond[], time: Timeline): Figure {
  const highest = Math.max(1, largest(machine.map(({ loop }) => loop.max)))
  const axis = durationTicks(highest)
  return machineFigure(machine, time, {
    id: 'loop',
    title: 'The generator’s own delay',
    note: 'How late this machine’s event loop was in each second: whatever it adds, response times contain.',
    lines: [
      { look: 'thin offered', label: 'longest', value: ({ loop }) => loop.max },
      { look: 'machine', label: 'p99', value: ({ loop }) => loop.p99 },
    ],
    y: { label: 'delay', scale: linear(0, axis.top), ticks: axis.ticks },
    text: duration,
  })
}

/** How busy the generator was. */
export function cpuFigure(machine: readonly MachineSecond[], time: Timeline): Figure {
  const known = machine.some(({ machineIdle }) => machineIdle !== undefined)
  const highest = Math.max(0.01, largest(machine.flatMap(({ cpu, machineIdle }) => [cpu, machineIdle === undefined ? 0 : 1 - machineIdle])))
  const axis = ticks(highest * 100)
  return machineFigure(machine, time, {
    id: 'cpu',
    title: 'The generator’s CPU',
    note: 'flowbench’s own share of one core, and how much of all cores was in use.',
    lines: [
      ...(known
        ? [
            {
              look: 'thin offered',
              label: 'all cores',
              value: ({ machineIdle }: MachineSecond) => (machineIdle === undefined ? undefined : 1 - machineIdle),
            },
          ]
        : []),
      { look: 'machine', label: 'flowbench, of one core', value: ({ cpu }) => cpu },
    ],
    y: { label: 'share', scale: linear(0, axis.at(-1)! / 100), ticks: axis.map((at) => ({ at: at / 100, label: `${at} %` })) },
    text: percent,
  })
}

interface Content extends Pick<Figure, 'id' | 'title' | 'note'> {
  readonly lines: readonly {
    readonly look: string
    readonly label: string
    readonly value: (second: MachineSecond) => number | undefined
  }[]
  readonly y: Parameters<typeof drawn>[0]['y']
  readonly text: (value: number) => string
}

function machineFigure(machine: readonly MachineSecond[], time: Timeline, { id, title, note, lines, y, text }: Content): Figure {
  // The drain is no part of the phases that the axis shows.
  const during = machine.filter(({ at }) => at / SECOND <= time.end + 1)
  const most = (value: (second: MachineSecond) => number | undefined, seconds: readonly MachineSecond[]) =>
    seconds
      .map(value)
      .reduce<number | undefined>((best, one) => (one === undefined || (best !== undefined && best >= one) ? best : one), undefined)
  return {
    id,
    title,
    note,
    key: lines.map(({ look, label }) => ({ look, kind: 'line', label })),
    drawing: drawn(
      {
        id,
        title,
        description: lines.map(({ label, value }) => `${label}: at most ${text(most(value, during) ?? 0)}.`).join(' '),
        x: time.x,
        y,
        bands: bandsOf(time.phases),
      },
      html`${lines.map(({ look, value }) =>
        line(
          thinned(
            during.map((second) => ({ x: Math.min(time.end, second.at / SECOND), y: value(second) })),
            POINTS,
          ),
          { x: time.x, y },
          look,
        ),
      )}`,
    ),
    table: {
      head: ['Until', ...lines.map(({ label }) => `${label}, most`)],
      rows: grouped(during, ROWS).map((seconds) => [
        `${Math.round(seconds.at(-1)!.at / SECOND)} s`,
        ...lines.map(({ value }) => {
          const found = most(value, seconds)
          return found === undefined ? '–' : text(found)
        }),
      ]),
    },
  }
}
