export function Assistant() {
  return <section>Assistant</section>;
}
