/** The URL of a path of the API, below the base path of the platform. */
export const endpoint = (api: URL, path: string): URL => new URL(api.href.replace(/\/$/, '') + path)
