import type { Absence } from '../../gate/token.ts'
import type { Message } from '../message.ts'

export const missing = (absence: Absence): Message => ({
  what: ABSENCES[absence],
  causes: [],
  remedy: 'Store your nolapse token in the secret store of your CI system, as NOLAPSE_TOKEN.',
})

const ABSENCES: Record<Absence, string> = {
  unset: 'There is no nolapse token: NOLAPSE_TOKEN is not set, or it is empty.',
  blank: 'There is no nolapse token: the value has only white space in it.',
  unexpanded: 'There is no nolapse token: the value is only the name of a variable, such as $NAME.',
}
