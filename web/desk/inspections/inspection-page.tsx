export function InspectionPage() {
  return <h1>Inspection</h1>;
}
