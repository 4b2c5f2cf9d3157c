// One field of the form of a sign-in provider, by its type.
import { PasswordInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { MemberRole } from "#services/contract/accounts.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import { organizationsQuery } from "../../api/organizations.ts";
import { GroupsInput } from "./groups-input.tsx";
import { type FormValues, inLabels, type ProviderField } from "./provider-fields.ts";
import { RoleSelect } from "./role-select.tsx";

const newcomers = [
  { value: "invited", label: "Who was invited" },
  { value: "anyone", label: "Everybody who can sign in there" },
];

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
    error:
      typeof props.error === "string"
        ? inLabels(props.error.replace(`${name} `, `${label} `))
        : null,
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
        <GroupsInput
          field={field}
          error={given.error ?? undefined}
          value={form.getValues()[name] as Readonly<Record<string, MemberRole>>}
          onChange={(roles) => form.setFieldValue(name, roles)}
          first="member"
          input={({ group, value: role, onChange }) => (
            <RoleSelect
              aria-label={`Role of ${group || "the group"}`}
              w={118}
              by="owner"
              value={role}
              onChange={onChange}
            />
          )}
        />
      );
    case "teams":
      return (
        <GroupsInput
          field={field}
          error={given.error ?? undefined}
          value={form.getValues()[name] as Readonly<Record<string, string>>}
          onChange={(teams) => form.setFieldValue(name, teams)}
          first=""
          input={({ group, value: team, onChange }) => (
            <TextInput
              aria-label={`Team of ${group || "the group"}`}
              placeholder="Team"
              flex={1}
              miw={0}
              maxLength={100}
              value={team}
              onChange={({ currentTarget }) => onChange(currentTarget.value)}
            />
          )}
        />
      );
  }
}
