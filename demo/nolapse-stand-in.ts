/** Runs instead of nolapse on a machine that does not have it. */
console.log('nolapse is not on this machine; this stand-in runs instead.')
console.log(`It would send the result to ${process.env.NOLAPSE_ORG_ID}.`)
