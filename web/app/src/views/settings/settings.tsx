export function Settings() {
  return <section>Settings</section>;
}
