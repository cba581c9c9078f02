/** What the comments of the examples say. */

/** The check that the comment at the top of an example says to require; undefined if it says nothing of one. */
export const checkToRequire = (text: string): string | undefined =>
  /^#.*Require the check `(?<check>[^`]+)`/.exec(text)?.groups?.check
