import { inflateSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { GENERATED_FORMATS, type GeneratedFormat } from '../../src/core/file.ts'
import { keyed } from '../../src/core/random.ts'
import { generateFile, leastSize, madeSize } from '../../src/scenario/generate-file.ts'

const make = (format: GeneratedFormat, size: number, seed = 1) => generateFile(format, size, keyed(seed, 'file', format))
const sizesOf = (format: GeneratedFormat) =>
  [...Array.from({ length: 40 }, (_, n) => leastSize(format) + n), 4_999, 20_000, 65_536, 200_000, 1_000_003].map((size) =>
    madeSize(format, size),
  )

/** Reads a PDF by its table of offsets alone, as a reader does: every object must stand where the table says. */
function readPdf(bytes: Buffer): { readonly pages: number; readonly text: string } {
  const text = bytes.toString('latin1')
  expect(text.startsWith('%PDF-1.4\n')).toBe(true)
  expect(text.endsWith('%%EOF\n')).toBe(true)
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)![1])
  const [, count, entries] = /^xref\n0 (\d+)\n((?:\d{10} \d{5} [nf] \n)+)trailer/.exec(text.slice(table))!
  const offsets = entries!.match(/\d{10} \d{5} [nf] \n/g)!
  expect(offsets).toHaveLength(Number(count))
  const objects = offsets.slice(1).map((entry, index) => {
    const [head, body] = /^(\d+) 0 obj\n([\s\S]*?)\nendobj\n/.exec(text.slice(Number(entry.slice(0, 10))))!.slice(1)
    expect(Number(head)).toBe(index + 1)
    return body!
  })
  const at = (reference: string) => objects[Number(/^(\d+) 0 R$/.exec(reference)![1]) - 1]!
  const [, root] = /\/Size \d+ \/Root (\d+ 0 R)/.exec(text.slice(table))!
  const tree = at(/\/Pages (\d+ 0 R)/.exec(at(root!))![1]!)
  const kids = tree.match(/\/Kids \[(.*)\]/)![1]!.match(/\d+ 0 R/g)!
  expect(Number(/\/Count (\d+)/.exec(tree)![1])).toBe(kids.length)
  const contents = kids.map((kid) => {
    const page = at(kid)
    expect(page).toContain('/Type /Page ')
    expect(at(/\/F1 (\d+ 0 R)/.exec(page)![1]!)).toContain('/BaseFont /Helvetica')
    const [, length, stream] = /^<< \/Length (\d+)\s*>>\nstream\n([\s\S]*)\nendstream$/.exec(at(/\/Contents (\d+ 0 R)/.exec(page)![1]!))!
    expect(stream).toHaveLength(Number(length))
    return stream!
  })
  return {
    pages: kids.length,
    text: contents.flatMap((content) => [...content.matchAll(/\(([^)]*)\) Tj/g)].map(([, line]) => line)).join('\n'),
  }
}

/** Reads a PNG chunk by chunk and inflates its pixels, which must be as many as its head says. */
function readPng(bytes: Buffer): { readonly width: number; readonly height: number } {
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  const chunks: { type: string; data: Buffer }[] = []
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'tEXt', 'IDAT', 'IEND'])
  const [width, height] = [chunks[0]!.data.readUInt32BE(0), chunks[0]!.data.readUInt32BE(4)]
  expect(inflateSync(chunks[2]!.data)).toHaveLength(height * (width + 1))
  return { width, height }
}

describe('a generated file', () => {
  it.each(GENERATED_FORMATS)('%s has exactly the size that was asked for, down to its least', (format) => {
    for (const size of sizesOf(format)) expect(make(format, size).length).toBe(size)
  })

  it.each(GENERATED_FORMATS)('%s is the same for the same seed, and another for another', (format) => {
    expect(make(format, 5000).equals(make(format, 5000))).toBe(true)
    expect(make(format, 5000).equals(make(format, 5000, 2))).toBe(false)
  })

  it('pdf can be read from its table of offsets, and has pages with text', () => {
    for (const size of sizesOf('pdf')) readPdf(make('pdf', size))
    const { pages, text } = readPdf(make('pdf', 200_000))
    expect(pages).toBeGreaterThan(30)
    expect(text.length).toBeGreaterThan(150_000)
    expect(text).toMatch(/^[a-z \n]+$/)
  })

  it('png decodes to as many pixels as its head says', () => {
    for (const size of sizesOf('png')) readPng(make('png', size))
    const { width, height } = readPng(make('png', 200_000))
    expect(width * height).toBeGreaterThan(190_000)
    expect(width / height).toBeGreaterThan(0.8)
    expect(width / height).toBeLessThan(1.25)
  })

  it('wav says of itself how long it is', () => {
    const sound = make('wav', 16_044)
    expect([sound.toString('latin1', 0, 4), sound.readUInt32LE(4), sound.readUInt32LE(40)]).toEqual(['RIFF', 16_036, 16_000])
  })

  it('csv has the same columns in every row', () => {
    for (const size of sizesOf('csv')) {
      const rows = parse(make('csv', size), { columns: true }) as Record<string, string>[]
      expect(Object.keys(rows[0]!)).toEqual(['id', 'name', 'amount', 'note'])
    }
  })

  it('json is JSON, html has a body that ends', () => {
    for (const size of sizesOf('json')) expect(JSON.parse(make('json', size).toString())).toHaveProperty('text')
    for (const size of sizesOf('html')) expect(make('html', size).toString()).toMatch(/<body>[\s\S]*<\/html>\n$/)
  })
})
