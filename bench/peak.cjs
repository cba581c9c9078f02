/** Loaded into a measured process: writes its peak resident memory, in bytes, to the file in BENCH_PEAK. */
const { readFileSync, writeFileSync } = require('node:fs')

function peak() {
  try {
    // On Linux a process starts with the maxRSS of the one that forked it; the kernel's mark for its own memory does not.
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

process.on('exit', () => writeFileSync(process.env.BENCH_PEAK, String(peak())))
