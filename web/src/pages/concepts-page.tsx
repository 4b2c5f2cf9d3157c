// Concepts.
export function ConceptsPage() {
  return null;
}
