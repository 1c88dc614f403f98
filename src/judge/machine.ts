import { digest } from '../core/digest.ts'
import type { Environment } from '../core/record.ts'

const GIGABYTE = 1e9

/**
 * The generator's machine in words: what decides how fast it measures. Versions are not in it: of the kernel, of Node and of flowbench they
 * change every few weeks, and a history that ended with each would be none.
 */
export function machineInWords({ cpu, cores, memoryBytes, platform }: Environment): string {
  const [system = '', , architecture = ''] = platform.split(' ')
  return `${cores} × ${cpu}, ${Math.round(memoryBytes / GIGABYTE)} GB, ${system} ${architecture}`.trim()
}

/** The same as eleven characters that are equal for equal machines. */
export const machinePrint = (environment: Environment): string => digest(machineInWords(environment)).toString(36).padStart(11, '0')
