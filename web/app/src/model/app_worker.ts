/// Trusted Types, which TypeScript does not know and not every browser has.
interface Policies {
  createPolicy(name: string, rules: {createScriptURL(url: string): string}): {
    createScriptURL(url: string): string;
  };
}

/// The only script that is ever loaded by a name from a program, as the page's policy demands.
export function trustScript(url: string): string {
  if (url !== '/sw.js') throw new TypeError(`${url} is no script of this page`);
  return url;
}

export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const {trustedTypes} = globalThis as {trustedTypes?: Policies};
  const rules = {createScriptURL: trustScript};
  const policy = trustedTypes?.createPolicy('app', rules) ?? rules;
  await navigator.serviceWorker.register(policy.createScriptURL('/sw.js'));
}
