// The panel of the selection: number of messages, filters as chips, actions, facets, the messages.
import { Button, Skeleton, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconListSearch, IconSearch, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Selection } from "#services/contract/selection.ts";
import { facetsQuery, type MessagesSort } from "../api/selected.ts";
import { addressOf, searchFiltersOf, selectionOf } from "../shape/address/selection-address.ts";
import { selectionChips } from "../shape/address/selection-chips.ts";
import { counted } from "../shape/words/numbers.ts";
import { SelectedMessages } from "../ui/messages/selected-messages.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useChipNames } from "../ui/selection/chip-names.ts";
import { FacetBars } from "./facet-bars.tsx";
import { SaveSelection } from "./save-selection.tsx";

export interface SelectionPanelProps {
  readonly collection: string;
  readonly selection: Selection;

  readonly sort: MessagesSort;
  readonly onSort: (sort: MessagesSort) => void;
  readonly onSelection: (selection: Selection) => void;
  readonly onClear: () => void;
  /** Moves the focus to the search field of the map. */
  readonly onSearch: () => void;
}

const facetFields = {
  topics: "topics",
  authors: "authors",
  bots: "bots",
  sources: "sources",
  channels: "channels",
  languages: "languages",
  roles: "roles",
} as const satisfies Record<string, keyof Selection>;

export function SelectionPanel(props: SelectionPanelProps) {
  const { collection, selection, onSelection, onClear, onSearch } = props;
  const { data, error, refetch, isPlaceholderData } = useQuery(facetsQuery(collection, selection));
  const address = addressOf(selection);
  const chips = selectionChips(address, useChipNames(collection, address));
  const proposal =
    chips.length === 1 && chips[0]?.key !== "area"
      ? (chips[0]?.label ?? "")
      : (data?.facets?.topics.find((one) => one.value !== null)?.label ?? "");
  // The search page cannot filter by an area, "not" or concepts.
  const searchable =
    selection.area === undefined && !selection.not && selection.concepts === undefined;
  return (
    <section aria-label="Selection" className="map-selection">
      <div className="map-selection-head">
        <h2 className="map-side-title" aria-busy={isPlaceholderData}>
          {data ? (
            <>
              {counted(data.total, "message")} selected
              <span className="dim tabular">
                in {counted(data.conversations, "conversation")} · {counted(data.points, "point")}
              </span>
            </>
          ) : (
            <Skeleton h={18} w={180} component="span" display="block" />
          )}
        </h2>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={onClear}
        >
          Clear
        </Button>
      </div>
      <VisuallyHidden role="status">
        {data ? `${counted(data.total, "message")} selected` : ""}
      </VisuallyHidden>
      <div className="chips">
        {chips.map((chip) => (
          <UnstyledButton
            key={chip.key}
            className="chip"
            aria-label={`Remove: ${chip.label}`}
            onClick={() => onSelection(selectionOf({ ...address, ...chip.off }))}
          >
            <span className="clip">{chip.label}</span>
            <IconX size={13} stroke={2} aria-hidden style={{ flex: "none" }} />
          </UnstyledButton>
        ))}
      </div>
      <div className="map-selection-acts">
        <SaveSelection
          key={JSON.stringify(address)}
          collection={collection}
          selection={selection}
          proposal={proposal.slice(0, 80)}
        />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconSearch size={14} stroke={1.8} aria-hidden />}
          onClick={onSearch}
        >
          Search in the selection
        </Button>
        {searchable && (
          <Link
            to="/c/$collection/search"
            params={{ collection }}
            search={searchFiltersOf(address)}
            className="hit-act"
          >
            <IconListSearch size={14} stroke={1.8} aria-hidden style={{ marginRight: 4 }} />
            Open in search
          </Link>
        )}
      </div>
      {error && !data && <ErrorMessage error={error} retry={() => void refetch()} />}
      {data?.facets && data.total > 0 && (
        <FacetBars
          facets={data.facets}
          total={data.total}
          onChoose={(name, value) => {
            const values = value === null && name === "topics" ? ["none"] : [value];
            onSelection({ ...selection, [facetFields[name]]: values } as Selection);
          }}
        />
      )}
      <SelectedMessages
        collection={collection}
        label="Selected messages"
        selection={selection}
        sort={props.sort}
        onSort={props.onSort}
        tight
      />
    </section>
  );
}
