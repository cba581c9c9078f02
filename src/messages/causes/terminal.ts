/** Why a token is missing or bad, as it usually happens on a person's own machine, or in a CI that is not known here. */
import type { Reason } from '../../gate/reasons.ts'

export function causesInTerminal(reason: Reason): string[] {
  switch (reason) {
    case 'missing':
      return [
        'The variable is not exported: `read -rs NOLAPSE_TOKEN && export NOLAPSE_TOKEN` asks for it without an echo.',
        'sudo, a container or another shell does not hand it on.',
      ]
    case 'malformed':
      return ['It was copied with something around it, or not to its end.']
    case 'invalid':
      return ['The shell still has a token that was replaced, from its start-up files or an .env file.']
    default:
      return []
  }
}
