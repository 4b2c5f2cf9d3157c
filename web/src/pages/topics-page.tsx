// Topics.
export function TopicsPage() {
  return null;
}
