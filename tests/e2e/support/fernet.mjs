// Fernet as Python's `cryptography` has it.
import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';

export const new_fernet_key = () =>
  randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/// Encrypts or decrypts `text`. Throws where it is not installed.
export function with_python(method, key, text) {
  const program = 'import sys; from cryptography.fernet import Fernet; '
    + `sys.stdout.write(Fernet(sys.argv[1]).${method}(sys.argv[2].encode()).decode())`;
  return execFileSync('/usr/bin/python3', ['-c', program, key, text],
                      {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
}

export function has_cryptography() {
  try {
    const key = new_fernet_key();
    return with_python('decrypt', key, with_python('encrypt', key, 'x')) === 'x';
  } catch {
    return false;
  }
}
