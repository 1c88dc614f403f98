import { plain } from '../plain.ts'

export type Labels = readonly (readonly [name: string, value: string])[]

/** A family of numbers: all its lines stand together, as the format demands. */
export interface Family {
  readonly name: string
  readonly type: 'summary' | 'gauge' | 'counter'
  readonly unit?: string
  readonly help: string
  readonly lines: readonly string[]
}

/** OpenMetrics 1.0 text of families; those without a line are left out. */
export const metricsText = (families: readonly Family[]): string =>
  `${families
    .filter(({ lines }) => lines.length > 0)
    .map(familyText)
    .join('')}# EOF\n`

const familyText = ({ name, type, unit, help, lines }: Family): string =>
  [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...lines,
    '',
  ].join('\n')

/** A number with its labels; what is not finite is `NaN`. */
export const line = (name: string, labels: Labels, value: number): string =>
  `${name}{${labels.map(([key, of]) => `${key}="${escaped(of)}"`).join(',')}} ${Number.isFinite(value) ? Number(value.toPrecision(9)) : 'NaN'}`

const escaped = (text: string): string => plain(text, 300).replace(/\\/g, '\\\\').replace(/"/g, '\\"')
