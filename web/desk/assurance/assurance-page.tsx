export function AssurancePage() {
  return <h1>Assurance</h1>;
}
