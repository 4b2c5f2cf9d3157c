// Overview.
export function OverviewPage() {
  return null;
}
