export function LogView() {
  return <section>LogView</section>;
}
