import { toolPath } from '../../scripts/tools.ts'

/** Before any test, so that a machine without act is told once what to do. */
export default () => {
  toolPath('act')
}
