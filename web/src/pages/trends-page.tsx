// Trends.
export function TrendsPage() {
  return null;
}
