import { atMost } from '../run/check-inputs.ts'
import type { Target } from '../run/target.ts'
import { shown } from './secrets.ts'

/** Tells on stderr what the pre-flight found doubtful in the inputs; --quiet does not silence it, since it changes what is measured. */
export function tellWarnings({ warnings }: Target): void {
  for (const sentence of atMost(warnings)) process.stderr.write(`${shown(`Warning: ${sentence}`)}\n`)
}
