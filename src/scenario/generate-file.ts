import type { GeneratedFormat } from '../core/file.ts'
import type { Random } from '../core/random.ts'
import { generatePdf, LEAST_PDF } from './generate-pdf.ts'
import { generatePng, LEAST_PNG } from './generate-png.ts'
import { TEXTS } from './generate-text.ts'
import { generateWav, LEAST_WAV } from './generate-wav.ts'

interface Generator {
  /** Fewest bytes of a valid file. */
  readonly least: number
  /** A file of exactly `size` bytes. */
  readonly make: (size: number, random: Random) => Buffer
}

const textual = (format: keyof typeof TEXTS, least: number): Generator => ({
  least,
  make: (size, random) => Buffer.from(TEXTS[format](size, random), 'latin1'),
})

const GENERATORS: Readonly<Record<GeneratedFormat, Generator>> = {
  pdf: { least: LEAST_PDF, make: generatePdf },
  png: { least: LEAST_PNG, make: generatePng },
  wav: { least: LEAST_WAV, make: generateWav },
  txt: textual('txt', 1),
  md: textual('md', 32),
  html: textual('html', 160),
  csv: textual('csv', 64),
  json: textual('json', 64),
}

/** Fewest bytes that a file of this format can have. */
export const leastSize = (format: GeneratedFormat): number => GENERATORS[format].least

/** The size that is made where this one is asked for: samples of a wav come in pairs. */
export const madeSize = (format: GeneratedFormat, size: number): number => (format === 'wav' ? size - (size % 2) : size)

/** A valid file of made-up content, of exactly `size` bytes (at least `leastSize`, as `madeSize` says). The same random numbers give the same bytes. */
export const generateFile = (format: GeneratedFormat, size: number, random: Random): Buffer => GENERATORS[format].make(size, random)
