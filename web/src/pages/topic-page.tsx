// Topic.
export function TopicPage() {
  return null;
}
