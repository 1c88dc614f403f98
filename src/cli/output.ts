import { relative } from 'node:path'
import type { CapacityModesSummary } from '../core/capacity-modes.ts'
import type { CapacitySummary } from '../core/capacity-summary.ts'
import type { ComparisonSummary } from '../core/comparison-summary.ts'
import type { Overlay } from '../judge/overlay/overlay.ts'
import { capacityAnnotations } from '../report/capacity/annotations.ts'
import { capacityMarkdown } from '../report/capacity/markdown.ts'
import { capacityModesAnnotations } from '../report/capacity/modes-annotations.ts'
import { capacityModesMarkdown } from '../report/capacity/modes-markdown.ts'
import { capacityModesText } from '../report/capacity/modes-text.ts'
import { capacityText } from '../report/capacity/text.ts'
import { capacityView } from '../report/capacity/view.ts'
import { comparisonAnnotations } from '../report/comparison/annotations.ts'
import { comparisonMarkdown } from '../report/comparison/markdown.ts'
import { comparisonText } from '../report/comparison/text.ts'
import { comparisonView } from '../report/comparison/view.ts'
import { githubCommands, runAnnotations } from '../report/exports/github.ts'
import { markdown } from '../report/exports/markdown.ts'
import { jsonText, runJson } from '../report/json.ts'
import { overlayJson } from '../report/overlay/json.ts'
import { overlayMarkdown } from '../report/overlay/markdown.ts'
import { overlayText } from '../report/overlay/text.ts'
import { overlayView } from '../report/overlay/view.ts'
import { renderText } from '../report/text.ts'
import { viewOf } from '../report/view.ts'
import type { Conclusion } from '../run/conclude.ts'

/** What a command can print of a run on stdout. */
export const PRINTED = ['text', 'json', 'markdown', 'github'] as const
export type Printed = (typeof PRINTED)[number]

export interface PrintOptions {
  readonly format: Printed
  /** Files that were written, below the run's folder. */
  readonly files: readonly string[]
  readonly colour: 'on' | 'off'
}

/** Colour only where a terminal shows it and nobody said no. */
export function colourOf(stream: NodeJS.WriteStream, asked: boolean | undefined): 'on' | 'off' {
  if (asked === false || (process.env['NO_COLOR'] ?? '') !== '') return 'off'
  if ((process.env['FORCE_COLOR'] ?? '0') !== '0') return 'on'
  return stream.isTTY ? 'on' : 'off'
}

/** Prints a run's result on stdout. */
export function print(conclusion: Conclusion, { format, files, colour }: PrintOptions): void {
  if (format === 'json') process.stdout.write(runJson(conclusion.summary))
  else if (format === 'markdown') process.stdout.write(markdown(viewOf(conclusion)))
  else if (format === 'github') process.stdout.write(githubCommands(runAnnotations(conclusion.summary)))
  else
    process.stdout.write(
      renderText(viewOf(conclusion), {
        colour,
        width: process.stdout.columns ?? 100,
        glyphs: glyphs(),
        files: labelled(conclusion.folder, files),
      }),
    )
}

/** Prints a comparison on stdout. */
export function printComparison(summary: ComparisonSummary, { format, files, folder, colour }: ComparisonPrintOptions): void {
  if (format === 'json') process.stdout.write(jsonText(summary))
  else if (format === 'markdown') process.stdout.write(comparisonMarkdown(comparisonView(summary)))
  else if (format === 'github') process.stdout.write(githubCommands(comparisonAnnotations(summary)))
  else
    process.stdout.write(
      comparisonText(summary, { colour, width: process.stdout.columns ?? 100, glyphs: glyphs(), files: labelled(folder, files) }),
    )
}

/** Prints runs laid over each other on stdout. */
export function printOverlay(overlay: Overlay, { format, files, folder, colour }: ComparisonPrintOptions): void {
  if (format === 'json') process.stdout.write(overlayJson(overlay))
  else if (format === 'markdown') process.stdout.write(overlayMarkdown(overlayView(overlay)))
  else
    process.stdout.write(
      overlayText(overlayView(overlay), {
        colour,
        width: process.stdout.columns ?? 100,
        glyphs: glyphs(),
        files: labelled(folder, files),
      }),
    )
}

interface Made<Summary> {
  readonly summary: Summary
  readonly folder: string
  readonly files: readonly string[]
}

/** Prints a search on stdout. */
export function printCapacity({ summary, folder, files }: Made<CapacitySummary>, { format, colour }: FormatAndColour): void {
  if (format === 'json') process.stdout.write(jsonText(summary))
  else if (format === 'markdown') process.stdout.write(capacityMarkdown(capacityView(summary)))
  else if (format === 'github') process.stdout.write(githubCommands(capacityAnnotations(summary)))
  else
    process.stdout.write(
      capacityText(summary, { colour, width: process.stdout.columns ?? 100, glyphs: glyphs(), files: labelled(folder, files) }),
    )
}

/** Prints searches in several modes on stdout. */
export function printCapacityModes({ summary, folder, files }: Made<CapacityModesSummary>, { format, colour }: FormatAndColour): void {
  if (format === 'json') process.stdout.write(jsonText(summary))
  else if (format === 'markdown') process.stdout.write(capacityModesMarkdown(summary))
  else if (format === 'github') process.stdout.write(githubCommands(capacityModesAnnotations(summary)))
  else
    process.stdout.write(
      capacityModesText(summary, { colour, width: process.stdout.columns ?? 100, glyphs: glyphs(), files: labelled(folder, files) }),
    )
}

type FormatAndColour = Pick<PrintOptions, 'format' | 'colour'>

interface ComparisonPrintOptions extends PrintOptions {
  readonly folder: string
}

const LABELS: Readonly<Record<string, string>> = {
  'report.html': 'Report',
  'overlay.html': 'Report',
  'overlay.csv': 'Summary',
  'samples.csv': 'Samples',
  'summary.csv': 'Summary',
  'comparison.csv': 'Runs',
  'levels.csv': 'Loads',
  'trials.csv': 'Trials',
  'capacity.json': 'Answer',
  'capacity-modes.json': 'Answer',
}

function labelled(folder: string, files: readonly string[]): (readonly [string, string])[] {
  const near = relative('.', folder)
  const shown = near === '' || near.startsWith('..') ? folder : near
  return [
    ...Object.entries(LABELS).flatMap(([file, label]) => (files.includes(file) ? [[label, `${shown}/${file}`] as const] : [])),
    ['Folder', shown] as const,
  ]
}

/** Terminals without UTF-8 say so in their locale; where nothing is said, today's do. */
export function glyphs(): 'unicode' | 'ascii' {
  const locale = process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || ''
  return locale === '' || /utf-?8/i.test(locale) ? 'unicode' : 'ascii'
}
