/** NODE_EXTRA_CA_CERTS: whether Node could read it. Node itself says nothing in a log that anyone reads. */
import { readFileSync, statSync } from 'node:fs'

export type AuthoritiesFlaw =
  | 'unset'
  | 'content'
  | 'quotes'
  | 'unexpanded'
  | 'no-file'
  | 'not-a-file'
  | 'unreadable'
  | 'der'
  | 'no-certificate'
  | 'none'

/** For a message about a failure: reads the file. */
export function flawOfExtraAuthorities(): AuthoritiesFlaw {
  const value = process.env.NODE_EXTRA_CA_CERTS
  if (!value) return 'unset'
  if (value.includes('-----BEGIN')) return 'content'
  let content: string
  try {
    // Only a file: reading a pipe or a device could take for ever.
    if (!statSync(value).isFile()) return 'not-a-file'
    content = readFileSync(value, 'latin1')
  } catch (error) {
    if (/^["'`]|["'`]$/.test(value)) return 'quotes'
    if (/^~|\$/.test(value)) return 'unexpanded'
    return /^(ENOENT|ENOTDIR|ENAMETOOLONG)$/.test(String((error as NodeJS.ErrnoException).code))
      ? 'no-file'
      : 'unreadable'
  }
  if (/-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(content)) return 'none'
  // A DER certificate is an ASN.1 sequence with a length in two bytes.
  return content.startsWith('\x30\x82') ? 'der' : 'no-certificate'
}
