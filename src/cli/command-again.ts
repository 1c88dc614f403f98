/**
 * The command to go on in `folder` with: as it was typed, since a comparison or a search goes on only with what it was begun with. `resume` is what
 * --resume was given, if it was. Words that a shell would take apart are quoted.
 */
export function commandAgain(typed: readonly string[], folder: string, resume?: string): string {
  const at = typed.indexOf('--resume')
  const isValue = (word: string, index: number) => at >= 0 && index === at + 1 && word === resume
  const kept = typed.filter((word, index) => index !== at && !word.startsWith('--resume=') && !isValue(word, index))
  return ['flowbench', ...kept, '--resume', folder].map(quoted).join(' ')
}

const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
