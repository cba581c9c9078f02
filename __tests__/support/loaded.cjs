/** Required before a process: writes the modules of Node's and the files that it loaded to the file LOADED, as JSON. */
const { writeFileSync } = require('node:fs')

const before = new Set(process.moduleLoadList)

process.on('exit', () => {
  const modules = process.moduleLoadList.filter(name => !before.has(name))
  const files = Object.keys(require.cache).filter(file => file !== __filename)
  writeFileSync(process.env.LOADED, JSON.stringify({ modules, files }))
})
