// The active filters of a search as chips; a click removes one.
import { UnstyledButton } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type SearchAddress, withoutFilters } from "../../shape/address/search-address.ts";
import { searchChips } from "../../shape/address/selection-chips.ts";

export interface ActiveFiltersProps {
  readonly address: SearchAddress;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
  readonly onReplace: (address: SearchAddress) => void;
  readonly topicName: (id: string) => string | undefined;
}

export function ActiveFilters({ address, onAddress, onReplace, topicName }: ActiveFiltersProps) {
  const chips = searchChips(address, topicName);
  if (chips.length === 0) return null;
  return (
    <fieldset className="chips" style={{ border: 0, margin: 0 }} aria-label="Active filters">
      {chips.map((chip) => (
        <UnstyledButton
          key={chip.key}
          className="chip"
          aria-label={`Remove: ${chip.label}`}
          onClick={() => onAddress(chip.off)}
        >
          <span className="clip">{chip.label}</span>
          <IconX size={13} stroke={2} aria-hidden style={{ flex: "none" }} />
        </UnstyledButton>
      ))}
      {chips.length > 1 && (
        <UnstyledButton
          className="hit-act"
          onClick={() => onReplace({ ...withoutFilters(address), v: undefined })}
        >
          Remove all
        </UnstyledButton>
      )}
    </fieldset>
  );
}
