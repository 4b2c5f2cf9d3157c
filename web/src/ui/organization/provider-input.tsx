// One field of the form of a sign-in provider, by its type.
import {
  ActionIcon,
  Button,
  Group,
  Input,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MemberRole } from "#services/contract/accounts.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { organizationsQuery } from "../../api/organizations.ts";
import type { FormValues, ProviderField } from "./provider-fields.ts";
import { RoleSelect } from "./role-select.tsx";

const newcomers = [
  { value: "invited", label: "Who was invited, by an address that is verified there" },
  { value: "anyone", label: "Everybody who can sign in there" },
];

interface RolesProps {
  readonly field: ProviderField;
  readonly value: Readonly<Record<string, MemberRole>>;
  readonly onChange: (roles: Readonly<Record<string, MemberRole>>) => void;
  readonly error?: string | undefined;
}

/** In the order in which they were written; two rows may have the same name while somebody types. */
function RolesInput({ field, value, onChange, error }: RolesProps) {
  const [rows, setRows] = useState(() =>
    Object.entries(value).map(([group, role], at) => ({ key: at, group, role })),
  );
  const change = (next: typeof rows) => {
    setRows(next);
    onChange(
      Object.fromEntries(
        next.flatMap(({ group, role }) => (group.trim() === "" ? [] : [[group.trim(), role]])),
      ),
    );
  };
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
              onChange={({ currentTarget: { value: group } }) =>
                change(rows.map((one) => (one.key === row.key ? { ...one, group } : one)))
              }
            />
            <RoleSelect
              aria-label={`Role of ${row.group || "the group"}`}
              w={118}
              by="owner"
              value={row.role}
              onChange={(role) =>
                change(rows.map((one) => (one.key === row.key ? { ...one, role } : one)))
              }
            />
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
              { key: 1 + Math.max(-1, ...rows.map(({ key }) => key)), group: "", role: "member" },
            ])
          }
        >
          Add a group
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface InputProps {
  readonly field: ProviderField;
  readonly form: UseFormReturnType<FormValues>;
  /** One that is kept stays where the field is empty; for another address it is asked for again. */
  readonly secret: "none" | "kept" | "asked again";
  /** Such as the address of this product is. */
  readonly placeholder?: string | undefined;
}

function OrganizationInput({ field, form }: Pick<InputProps, "field" | "form">) {
  const { data = [] } = useQuery(organizationsQuery);
  // Where there is one only, there is nothing to choose.
  if (data.length < 2) return null;
  return (
    <Select
      label={field.label}
      clearable
      placeholder={data.find(({ id }) => id === defaultOrganization)?.name ?? ""}
      comboboxProps={{ keepMounted: false }}
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      {...form.getInputProps(field.name)}
      value={(form.getValues()[field.name] as string) || null}
      onChange={(id) => form.setFieldValue(field.name, id ?? "")}
    />
  );
}

const secretTexts: Readonly<Record<InputProps["secret"], string | undefined>> = {
  none: undefined,
  kept: "One is kept. Write another one to replace it.",
  "asked again": "The address changes, so that it has to be given again.",
};

export function ProviderInput({ field, form, secret, placeholder }: InputProps) {
  const { name, label, about, type } = field;
  const props = form.getInputProps(name);
  // The server names a field as settings do.
  const given = {
    ...props,
    error: typeof props.error === "string" ? props.error.replace(`${name} `, `${label} `) : null,
  };
  const told = { label, description: about, ...given };
  switch (type) {
    case "text":
      return (
        <TextInput
          {...told}
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          placeholder={placeholder ?? field.placeholder}
        />
      );
    case "secret":
      return (
        <PasswordInput
          {...told}
          autoComplete="new-password"
          maxLength={2000}
          description={secretTexts[secret] ?? about}
          placeholder={secret === "kept" ? "Unchanged" : ""}
          visibilityToggleButtonProps={{ "aria-label": `Show the ${label.toLowerCase()}` }}
        />
      );
    case "long":
      return (
        <Textarea
          {...told}
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          placeholder={field.placeholder}
        />
      );
    case "switch":
      return (
        <Switch
          label={label}
          description={about}
          {...form.getInputProps(name, { type: "checkbox" })}
        />
      );
    case "newcomers":
      return (
        <Select
          {...told}
          allowDeselect={false}
          comboboxProps={{ keepMounted: false }}
          data={newcomers}
        />
      );
    case "organization":
      return <OrganizationInput field={field} form={form} />;
    case "roles":
      return (
        <RolesInput
          field={field}
          error={given.error ?? undefined}
          value={form.getValues()[name] as Readonly<Record<string, MemberRole>>}
          onChange={(roles) => form.setFieldValue(name, roles)}
        />
      );
  }
}
