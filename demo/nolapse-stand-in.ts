/** Stands where nolapse would, on a machine that does not have it. */
const organisation = process.env.NOLAPSE_ORG_ID
console.log('nolapse (a stand-in: the real nolapse is not on the PATH of this machine)')
console.log(`would measure coverage and send it to the organisation ${organisation}`)
