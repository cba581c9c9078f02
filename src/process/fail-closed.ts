/** Imported first: if this process ends early for any reason, loading included, it has failed. Only a verdict clears that. */
process.exitCode = 1
