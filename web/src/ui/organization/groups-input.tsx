// What each group of a provider leads to, a role or a team, as rows of the form.
import { ActionIcon, Button, Group, Input, Stack, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { ProviderField } from "./provider-fields.ts";

interface GroupsProps<V extends string> {
  readonly field: ProviderField;
  readonly value: Readonly<Record<string, V>>;
  readonly onChange: (value: Readonly<Record<string, V>>) => void;
  readonly error?: string | undefined;
  /** Of a group that is added. */
  readonly first: V;
  /** Where it is chosen or typed, beside the group. */
  readonly input: (row: {
    readonly group: string;
    readonly value: V;
    readonly onChange: (value: V) => void;
  }) => ReactNode;
}

/** In the order in which they were written; two rows may have the same name while somebody types. */
export function GroupsInput<V extends string>({
  field,
  value: given,
  onChange,
  error,
  first,
  input,
}: GroupsProps<V>) {
  const [rows, setRows] = useState(() =>
    Object.entries(given).map(([group, value], at) => ({ key: at, group, value })),
  );
  const change = (next: typeof rows) => {
    setRows(next);
    const named = next.flatMap(({ group, value }): [string, V][] =>
      group.trim() === "" ? [] : [[group.trim(), value]],
    );
    onChange(Object.fromEntries(named));
  };
  const replace = (changed: (typeof rows)[number]) =>
    change(rows.map((one) => (one.key === changed.key ? changed : one)));
  return (
    <Input.Wrapper
      label={field.label}
      description={field.about}
      error={error}
      labelElement="div"
      role="group"
      aria-label={field.label}
    >
      <Stack gap={8} mt={8} align="flex-start">
        {rows.map((row) => (
          <Group key={row.key} gap={8} wrap="nowrap" w="100%">
            <TextInput
              aria-label="Group"
              placeholder="Group"
              flex={1}
              miw={0}
              maxLength={500}
              value={row.group}
              onChange={({ currentTarget }) => replace({ ...row, group: currentTarget.value })}
            />
            {input({
              group: row.group,
              value: row.value,
              onChange: (value) => replace({ ...row, value }),
            })}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${row.group || "the group"}`}
              onClick={() => change(rows.filter((one) => one.key !== row.key))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() =>
            change([
              ...rows,
              { key: 1 + Math.max(-1, ...rows.map(({ key }) => key)), group: "", value: first },
            ])
          }
        >
          Add a group
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
