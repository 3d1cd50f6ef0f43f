export function TrashView() {
  return <section>TrashView</section>;
}
