export function InspectionsPage() {
  return <h1>Inspections</h1>;
}
