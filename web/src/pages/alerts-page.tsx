// Alerts.
export function AlertsPage() {
  return null;
}
