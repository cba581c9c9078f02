/** Chooses the repository to ask about: the named one, or the folder's own. */
import { findRemote } from './remote.ts'
import { GITHUB, type Repository, usualHost } from './repository.ts'

export type Choice =
  | { kind: 'chosen'; repository: Repository }
  /** Sentences: why none was chosen, and what to do. */
  | { kind: 'nothing'; why: string; remedy: string }

export interface ChoiceOptions {
  /** `undefined`: use the folder's remote. */
  named: Repository | undefined
  folder: string
  /** The path of git; `undefined` if it is not installed. */
  git: string | undefined
  environment: NodeJS.ProcessEnv
}

const NAME_IT = 'Name the repository: `--github OWNER/REPO`, or `--github HOST/OWNER/REPO`.'

export async function choose({ named, folder, git, environment }: ChoiceOptions): Promise<Choice> {
  if (named) return { kind: 'chosen', repository: named }
  const remote = await findRemote(git, folder, environment)
  switch (remote.kind) {
    case 'found':
      return { kind: 'chosen', repository: remote.repository }
    case 'no-repository':
      return { kind: 'nothing', why: 'This folder has no git remote.', remedy: NAME_IT }
    case 'elsewhere': {
      const host = usualHost(environment)
      const allowed = host === GITHUB ? GITHUB : `${GITHUB} or ${host} (GH_HOST)`
      return {
        kind: 'nothing',
        why: `No remote of this folder is on ${allowed}, and lint asks no other host, because gh would send its token there.`,
        remedy: `${NAME_IT} Or set GH_HOST.`,
      }
    }
    case 'ambiguous':
      return {
        kind: 'nothing',
        why: `The remotes of this folder name several repositories: ${remote.repositories.join(', ')}.`,
        remedy: NAME_IT,
      }
  }
}
