export function ListView() {
  return <section>ListView</section>;
}
