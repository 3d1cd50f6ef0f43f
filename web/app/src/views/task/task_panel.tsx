export function TaskPanel({id}: {id: string}) {
  return <section>{id}</section>;
}
