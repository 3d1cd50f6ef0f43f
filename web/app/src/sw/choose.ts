/// What of the page the service worker answers itself.

export interface Asked {
  method: string;
  mode: string;
  url: string;
}

/// The path under which the answer is kept; null: it is for todod to answer. `/` is the page only
/// to who goes there, and what is not the page's own is never touched.
export function choosePath(
    {method, mode, url}: Asked, origin: string, kept: ReadonlySet<string>): string | null {
  const {origin: whose, pathname} = new URL(url);
  if (method !== 'GET' || whose !== origin || !kept.has(pathname)) return null;
  return pathname === '/' && mode !== 'navigate' ? null : pathname;
}
