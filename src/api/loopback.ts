/**
 * Whether a URL's host is this machine itself. Exact, unlike the test of @actions/http-client (`startsWith('127.')`):
 * 127.example.com is a host like any other.
 */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
