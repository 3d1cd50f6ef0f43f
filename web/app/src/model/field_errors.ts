import {Problem} from '../api/client';

/// What an answer of 422 says of each field, by the field's name in the request.
export function fieldErrors(error: unknown): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  if (!(error instanceof Problem) || !Array.isArray(error.body.errors)) return result;
  for (const {loc, msg} of error.body.errors as {loc?: unknown; msg?: unknown}[]) {
    const name: unknown = Array.isArray(loc) ? loc.at(-1) : undefined;
    if (typeof name === 'string' && typeof msg === 'string') result.set(name, msg);
  }
  return result;
}
