/** The forms that the platform's documentation gives to its values. What does not match is rejected, in both directions. */

/** `nlp_` and 40 lowercase hex characters: nothing else is ever sent as a token. */
export const WELL_FORMED = /^nlp_[0-9a-f]{40}$/

/** How long a well-formed token is, in characters. */
export const TOKEN_LENGTH = 44

/** An organisation's ID. */
export const ORG_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** A scope. Scopes are an open set: `execute` is the only one today. */
export const SCOPE = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$/

/** The ID of a request, as the platform's `X-Request-ID` gives it. */
export const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/
