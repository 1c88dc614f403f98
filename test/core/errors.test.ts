import { expect, test } from 'vitest'
import { EXIT, HarnessError, TargetError, UsageError, unreachable, WriteError } from '../../src/core/errors.ts'

test.each([
  [UsageError, EXIT.usage],
  [TargetError, EXIT.unreachable],
  [WriteError, EXIT.notWritten],
])('%o carries its exit code, its hint and its cause', (Kind, exitCode) => {
  const cause = new Error('below')
  const error = new Kind('What is wrong.', 'What to do.', { cause })
  expect(error).toBeInstanceOf(HarnessError)
  expect(error).toMatchObject({ name: Kind.name, message: 'What is wrong.', hint: 'What to do.', exitCode, cause })
})

test('a case that was forgotten is named', () => {
  expect(() => unreachable('left over' as never)).toThrow('left over')
})
