import {get} from './client';

/// Of the todod that serves the page.
export async function version(): Promise<string> {
  return (await get<{version: string}>('/health')).version;
}
