import { expect, it } from 'vitest'
import { commandAgain } from '../../src/cli/command-again.ts'

const FOLDER = 'reports/x/compare-1'

it.each<readonly [string, readonly string[], string | undefined, string]>([
  ['keeps what was typed', ['compare', 'a.yaml', '--pairs', '10'], undefined, 'compare a.yaml --pairs 10'],
  [
    'quotes what a shell would take apart',
    ['compare', 'a b.yaml', '--set', 'target.apiKey=${KEY}'],
    undefined,
    `compare 'a b.yaml' --set 'target.apiKey=\${KEY}'`,
  ],
  ['quotes quotes', ['run', "it's"], undefined, `run 'it'\\''s'`],
  [
    'names the folder once, where one was gone on with',
    ['compare', 'a.yaml', '--resume', 'old', '--quiet'],
    'old',
    'compare a.yaml --quiet',
  ],
  ['knows --resume=folder', ['compare', '--resume=old', 'a.yaml'], 'old', 'compare a.yaml'],
  ['takes no file for the folder of a bare --resume', ['compare', '--resume', '--pairs', '8', 'a.yaml'], '', 'compare --pairs 8 a.yaml'],
])('%s', (_, typed, resume, before) => {
  expect(commandAgain(typed, FOLDER, resume)).toBe(`flowbench ${before} --resume ${FOLDER}`)
})
