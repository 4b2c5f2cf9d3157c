// The search field on the map: its hits are highlighted.
import { CloseButton, Loader, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTyped } from "../ui/parts/typed.ts";

export interface MapSearchProps {
  readonly query: string | undefined;
  /** Only hits within the selection are highlighted. */
  readonly within: boolean;
  readonly pending: boolean;
  readonly onQuery: (query: string | undefined) => void;
}

export function MapSearch({ query, within, pending, onQuery }: MapSearchProps) {
  const [typed, type, typeNow] = useTyped(query ?? "", (q) =>
    onQuery(q.trim() === "" ? undefined : q),
  );
  const label = within ? "Search in the selection" : "Search on the map";
  return (
    <search className="map-search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          typeNow(typed);
        }}
      >
        <TextInput
          value={typed}
          data-search-field
          aria-label={label}
          placeholder={label}
          spellCheck={false}
          autoComplete="off"
          enterKeyHint="search"
          leftSection={<IconSearch size={17} stroke={1.7} aria-hidden />}
          rightSection={
            pending ? (
              <Loader size={14} />
            ) : typed === "" ? null : (
              <CloseButton size="sm" aria-label="Clear the search" onClick={() => typeNow("")} />
            )
          }
          onChange={(event) => type(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}
