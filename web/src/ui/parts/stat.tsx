// A number above the name of what it counts.
import { Text } from "@mantine/core";

export function Stat({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <span>
      <Text component="span" display="block" fw={620} size="lg" className="tabular" lh={1.25}>
        {value}
      </Text>
      <Text component="span" display="block" c="dimmed" size="xs">
        {label}
      </Text>
    </span>
  );
}
