// The search field of the search page: query, clear button, help, search mode, filters button.
import {
  ActionIcon,
  Button,
  CloseButton,
  Group,
  Popover,
  SegmentedControl,
  Text,
  TextInput,
} from "@mantine/core";
import { IconAdjustments, IconHelpCircle, IconSearch } from "@tabler/icons-react";
import { modeWords } from "#services/contract/glossary.ts";
import { type SearchMode, searchMode } from "#services/contract/search.ts";
import type { SearchAddress } from "../../shape/address/search-address.ts";
import { useTyped } from "../parts/typed.ts";
import { Operators } from "./operators.tsx";

const modes = searchMode.options.map((value) => ({ value, label: modeWords[value] }));

export interface SearchFieldProps {
  readonly address: SearchAddress;
  readonly mode: SearchMode;
  readonly where: string;
  readonly filters: number;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
  readonly onFilters: () => void;
}

export function SearchField(props: SearchFieldProps) {
  const { address, mode, where, filters, onAddress, onFilters } = props;
  const [typed, type, typeNow] = useTyped(address.q ?? "", (q) =>
    onAddress({ q: q.trim() === "" ? undefined : q }),
  );
  return (
    <search>
      <form
        className="search-ask"
        onSubmit={(event) => {
          event.preventDefault();
          typeNow(typed);
        }}
      >
        <TextInput
          className="search-input"
          size="md"
          value={typed}
          data-search-field
          autoFocus={address.q === undefined && address.like === undefined}
          aria-label={`Search ${where}`}
          placeholder={`Search ${where}`}
          spellCheck={false}
          autoComplete="off"
          enterKeyHint="search"
          leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
          rightSectionWidth={typed === "" ? 42 : 74}
          rightSection={
            <Group gap={0} wrap="nowrap">
              {typed !== "" && (
                <CloseButton size="md" aria-label="Clear the query" onClick={() => typeNow("")} />
              )}
              <Popover position="bottom-end" shadow="md" width="min(430px, 92vw)" withinPortal>
                <Popover.Target>
                  <ActionIcon variant="subtle" color="gray" aria-label="Search operators">
                    <IconHelpCircle size={18} stroke={1.6} />
                  </ActionIcon>
                </Popover.Target>
                <Popover.Dropdown>
                  <Text size="sm" fw={560} mb={10}>
                    Plain words, or operators
                  </Text>
                  <Operators />
                </Popover.Dropdown>
              </Popover>
            </Group>
          }
          onChange={(event) => type(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Search mode"
          title="Meaning: semantic. Words: lexical. Both: hybrid."
          value={mode}
          data={modes}
          onChange={(next) => onAddress({ mode: next })}
        />
        <Button
          className="search-filter-button"
          variant="default"
          leftSection={<IconAdjustments size={17} stroke={1.6} aria-hidden />}
          onClick={onFilters}
        >
          Filters{filters > 0 ? ` (${filters})` : ""}
        </Button>
      </form>
    </search>
  );
}
