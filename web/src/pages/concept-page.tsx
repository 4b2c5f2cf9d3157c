// Concept.
export function ConceptPage() {
  return null;
}
