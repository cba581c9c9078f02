// Names every process of this machine that has NOLAPSE_TOKEN's value in its arguments or, outside of this step, in its environment.
const { readdirSync, readFileSync } = require('node:fs')

const read = path => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
const parentOf = pid => Number(/^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1])
const token = process.env.NOLAPSE_TOKEN
if (!token) throw new Error('there is no token to look for')

// The step's own processes: from this one up to the script that the runner started.
const own = new Set()
for (let pid = process.pid; pid > 1 && read(`/proc/${pid}/environ`).includes(token); pid = parentOf(pid))
  own.add(String(pid))

const holders = readdirSync('/proc')
  .filter(name => /^\d+$/.test(name))
  .flatMap(pid => [
    ...(read(`/proc/${pid}/cmdline`).includes(token) ? [`arguments of ${pid}`] : []),
    ...(!own.has(pid) && read(`/proc/${pid}/environ`).includes(token) ? [`environment of ${pid}`] : []),
  ])
console.log(`holders: ${JSON.stringify(holders)}; own: ${own.size > 0}`)
