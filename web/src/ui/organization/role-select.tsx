// The choice of a role, with what each may do. Only owners make owners.
import { Select, type SelectProps, Text } from "@mantine/core";
import { type MemberRole, memberRole, roleNames } from "#services/contract/accounts.ts";
import { roleLabels, roleTexts } from "../../shape/words/roles.ts";

export interface RoleSelectProps extends Omit<SelectProps, "value" | "onChange" | "data"> {
  readonly value: MemberRole;
  readonly onChange: (role: MemberRole) => void;
  /** The role of whoever chooses. */
  readonly by: MemberRole;
}

export function RoleSelect({ value, onChange, by, ...props }: RoleSelectProps) {
  const offered = roleNames.filter((role) => role !== "owner" || by === "owner" || value === role);
  return (
    <Select
      allowDeselect={false}
      comboboxProps={{
        keepMounted: false,
        // A narrow one in a row: what each role may do needs more room than the field has.
        ...(props.w === undefined ? {} : { width: 280, position: "bottom-end" as const }),
      }}
      data={offered.map((role) => ({ value: role, label: roleLabels[role] }))}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {roleTexts[memberRole.parse(option.value)]}
          </Text>
        </div>
      )}
      {...props}
      value={value}
      onChange={(role) => {
        const chosen = memberRole.safeParse(role);
        if (chosen.success) onChange(chosen.data);
      }}
    />
  );
}
