import {signal} from '@preact/signals';

/// Where in the page the user is: #/tasks, #/tasks/ID (that task is open beside it), #/trash …

export const places = ['tasks', 'trash', 'log', 'settings'] as const;
export type Place = typeof places[number];

export interface Route {
  place: Place;
  /// Of the task that is open.
  taskId: string | null;
}

function read(hash: string): Route {
  const [name, id] = hash.replace(/^#\/?/, '').split('/');
  const place = places.find((each) => each === name) ?? 'tasks';
  return {place, taskId: place === 'tasks' && id ? decodeURIComponent(id) : null};
}

export function linkTo(place: Place, taskId: string | null = null): string {
  return `#/${place}${taskId === null ? '' : `/${encodeURIComponent(taskId)}`}`;
}

export const route = signal<Route>(read(globalThis.location?.hash ?? ''));

export function go(place: Place, taskId: string | null = null): void {
  location.hash = linkTo(place, taskId);
}

/// Leaves the task's page for the list.
export function closeTask(): void {
  if (route.value.taskId !== null) go('tasks');
}

globalThis.addEventListener?.('hashchange', () => {
  route.value = read(location.hash);
});
