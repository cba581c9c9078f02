/** act does not wait for what a failing step has printed last: Node ends a moment later then. */
process.on('exit', code => {
  if (code !== 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
})
