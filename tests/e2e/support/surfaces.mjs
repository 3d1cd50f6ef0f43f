// The two surfaces over one model: what they differ in, and nothing else (paths, keys, spellings).

const to_camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const same = (name) => name;

/// Tests are written in snake_case; this is how the surface spells it.
function rename(object, key) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [key(name), value]));
}

export const surfaces = [
  {
    name: 'scoped',
    tasks: (user_id) => `/api/${encodeURIComponent(user_id)}/tasks`,
    key: same,
    priority: {low: 'Low', medium: 'Medium', high: 'High', urgent: 'Urgent'},
    status: {pending: 'pending', in_progress: 'in_progress', completed: 'completed'},
    fields: (object) => rename(object, same),
  },
  {
    name: 'own',
    tasks: () => '/api/tasks',
    key: to_camel,
    priority: {low: 'LOW', medium: 'MEDIUM', high: 'HIGH', urgent: 'URGENT'},
    status: {pending: 'TODO', in_progress: 'IN_PROGRESS', completed: 'COMPLETED'},
    fields: (object) => rename(object, to_camel),
  },
];

/// The keys of a task, as the scoped surface spells them.
export const TASK_KEYS = [
  'id', 'number', 'user_id', 'title', 'description', 'status', 'completed', 'priority', 'tags',
  'due_date', 'created_at', 'updated_at', 'completed_at', 'version',
];

export const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
