import { expect, test } from 'vitest'
import { plain } from '../../src/report/plain.ts'
import { cut, padded, width, wrapped } from '../../src/report/width.ts'

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;owned\u0007title', 'title'],
  ['\u001b]8;;https://example.org\u0007click\u001b]8;;\u0007', 'click'],
  ['two\r\nlines\tand a tab', 'two lines and a tab'],
  ['\u202egnp.exe\u202c', 'gnp.exe'],
  ['lone \ud800', 'lone \ufffd'],
  ['größer 数 👍', 'größer 数 👍'],
  ['', ''],
])('%j reads %j', (text, read) => expect(plain(text)).toBe(read))

test('what is too long is cut with an ellipsis, between characters', () => {
  expect(plain('👍'.repeat(20), 10)).toBe(`${'👍'.repeat(9)}…`)
  expect(plain('x'.repeat(5_000_000), 10)).toBe('xxxxxxxxx…')
})

test('East Asian characters and emoji take two columns of a terminal, marks none', () => {
  expect(['abc', '数字', 'e\u0301', '👍', 'ｱ', 'Ａ', ''].map(width)).toEqual([3, 4, 1, 2, 1, 2, 0])
  expect([cut('数字数字', 5), padded('数', 4, 'right'), padded('abcdef', 4, 'left')]).toEqual(['数字…', '  数', 'abc…'])
  expect(wrapped('one two threefourfive', 7)).toEqual(['one two', 'threefo', 'urfive'])
})
