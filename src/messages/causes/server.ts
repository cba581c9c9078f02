/** Which server runs a workflow. A file of its own, because passing runs need it too. */

/** Both set GITEA_ACTIONS; Forgejo also sets a variable of its own. */
export const isForgejoOrGitea = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env.GITEA_ACTIONS || env.FORGEJO_ACTIONS)
