/** The URL of a path of the API, below whatever path the platform lives at. */
export const endpoint = (api: URL, path: string): URL => new URL(api.href.replace(/\/$/, '') + path)
