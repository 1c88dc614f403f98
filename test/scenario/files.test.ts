import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describePlan } from '../../src/scenario/describe.ts'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { folderWith, LEAST, load } from './folder.ts'

const scenario = (files: string) => `${LEAST}inputs: [{ name: one, files: ${files} }]\n`
const planIn = (folder: string, files: string) => {
  writeFileSync(join(folder, 's.yaml'), scenario(files))
  return loadScenario(join(folder, 's.yaml'), { env: {}, seed: 1 }).plan
}
const filesOf = (files: string) => load(scenario(files)).plan.inputs[0]!.files

describe('files of an input set', () => {
  it('are in the plan with their hash and size, not their content', () => {
    const folder = folderWith({ 'inputs/invoice.pdf': 'abc' })
    expect(planIn(folder, '{ invoice: inputs/invoice.pdf }').inputs[0]!.files).toEqual({
      invoice: {
        source: 'path',
        path: join(folder, 'inputs/invoice.pdf'),
        name: 'invoice.pdf',
        size: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    })
  })

  it('may be addresses, made up, or lists; a made-up one is named after where it stands', () => {
    expect(
      filesOf(
        '{ a: "https://h/x.png?s=1", b: { generate: pdf }, c: [{ generate: wav, size: 1001B }, { url: "http://h/y", type: image }] }',
      ),
    ).toEqual({
      a: { source: 'url', url: 'https://h/x.png?s=1' },
      b: { source: 'generated', format: 'pdf', name: 'one-b.pdf', size: 100_000 },
      c: [
        { source: 'generated', format: 'wav', name: 'one-c-1.wav', size: 1000 },
        { source: 'url', url: 'http://h/y', type: 'image' },
      ],
    })
  })

  it('can come from the environment', () => {
    const { plan } = load(scenario(`{ a: "\${DOC}" }`), { env: { DOC: 'https://h/x.pdf' } })
    expect(plan.inputs[0]!.files).toEqual({ a: { source: 'url', url: 'https://h/x.pdf' } })
  })

  it('need no values beside them, and are told in the plan', () => {
    const { plan } = load(
      `${LEAST}inputs: [{ name: one, files: { doc: { generate: pdf, size: 200kB } }, requestFiles: ["https://h/x.png"] }]\n`,
    )
    const lines = describePlan(plan)
    expect(lines).toContain('inputs      one: no variables, doc: made up one-doc.pdf (200 kB), with the request: https://h/x.png')
    expect(lines).toContain('uploads     1 file before the load, 200 kB, for one user')
  })

  it('decide the hash of the plan by their content, not by where they lie', () => {
    const hash = (name: string, content: string) => planIn(folderWith({ [name]: content }), `{ a: ${name} }`).hash
    expect(hash('a.pdf', 'abc')).toBe(hash('elsewhere/a.pdf', 'abc'))
    expect(hash('a.pdf', 'abc')).not.toBe(hash('a.pdf', 'abd'))
    expect(hash('a.pdf', 'abc')).not.toBe(hash('b.pdf', 'abc'))
    expect(load(scenario('{ a: { generate: pdf } }')).plan.hash).not.toBe(load(scenario('{ a: { generate: pdf, size: 1MB } }')).plan.hash)
  })
})
