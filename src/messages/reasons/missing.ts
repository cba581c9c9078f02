import type { Absence } from '../../gate/token.ts'
import type { Message } from '../message.ts'

export const missing = (absence: Absence): Message => ({
  what: ABSENCES[absence],
  causes: [],
  remedy: 'Make the token available as NOLAPSE_TOKEN.',
})

const ABSENCES: Record<Absence, string> = {
  unset: 'There is no nolapse token: NOLAPSE_TOKEN is not set, or empty.',
  blank: 'There is no nolapse token: the value has nothing but white space in it.',
  unexpanded:
    'There is no nolapse token: the value is the name of a variable that was not there to be expanded, like $NAME.',
}
