/// Drawn for a square of 24; decoration alone: what has an icon has words as well.
const paths = {
  add: 'M12 5v14M5 12h14',
  alarm: 'M12 8v5l3 2M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM4 4 2 6M20 4l2 2',
  calendar: 'M5 6h14v14H5ZM5 10h14M9 3v4M15 3v4',
  chat: 'M4 5h16v11H10l-5 4v-4H4Z',
  check: 'M5 12l5 5 9-10',
  close: 'M6 6l12 12M18 6 6 18',
  drag: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  filter: 'M4 6h16M7 12h10M10 18h4',
  flag: 'M6 21V4h11l-2 4 2 4H6',
  help: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17h.01',
  history: 'M4 12a8 8 0 1 0 3-6M4 4v4h4M12 8v4l3 2',
  key: 'M14 10a4 4 0 1 0-3.5 4L12 15v2h2v2h3v-3l-4-4a4 4 0 0 0 1-2Z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  offline: 'M3 3l18 18M5 10a11 11 0 0 1 4-2M9 14a5 5 0 0 1 6 0M19 10a11 11 0 0 0-5-2.6M12 18h.01',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4',
  send: 'M4 12 20 4l-5 16-3-7Z',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4',
  tag: 'M4 4h8l8 8-8 8-8-8ZM8 8h.01',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  undo: 'M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21a8 8 0 0 1 16 0',
} as const;

export type IconName = keyof typeof paths;

export function Icon({name}: {name: IconName}) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
