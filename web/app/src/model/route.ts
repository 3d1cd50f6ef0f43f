import {signal} from '@preact/signals';

/// Where in the page the user is: #/tasks, #/tasks/ID (that task is open beside it), #/trash …

export const places = ['tasks', 'trash', 'log', 'settings'] as const;
export type Place = typeof places[number];

export interface Route {
  place: Place;
  /// Of the task that is open.
  taskId: string | null;
}

/// Nothing for what is no id: anybody can write an address.
function readId(text: string | undefined): string | null {
  try {
    return text ? decodeURIComponent(text) : null;
  } catch {
    return null;
  }
}

/// Where an address leads, by what comes behind its "#".
export function readRoute(hash: string): Route {
  const [name, id] = hash.replace(/^#\/?/, '').split('/');
  const place = places.find((each) => each === name) ?? 'tasks';
  return {place, taskId: place === 'tasks' ? readId(id) : null};
}

export function linkTo(place: Place, taskId: string | null = null): string {
  return `#/${place}${taskId === null ? '' : `/${encodeURIComponent(taskId)}`}`;
}

export const route = signal<Route>(readRoute(globalThis.location?.hash ?? ''));

export function go(place: Place, taskId: string | null = null): void {
  location.hash = linkTo(place, taskId);
}

/// Leaves the task's page for the list.
export function closeTask(): void {
  if (route.value.taskId !== null) go('tasks');
}

globalThis.addEventListener?.('hashchange', () => {
  route.value = readRoute(location.hash);
});
