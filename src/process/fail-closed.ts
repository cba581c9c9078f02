/** Imported first: whatever ends this process early, loading included, it has failed. Only a verdict clears that. */
process.exitCode = 1
