// Ctrl-K: pages, collections and the first hits in one list.
import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import {
  IconFolderOpen,
  IconHome,
  IconMessages,
  IconSearch,
  IconUpload,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { collectionsQuery } from "../api/collections.ts";
import { quickSearchQuery } from "../api/search.ts";
import { paletteSpotlight } from "./palette-store.ts";

const icon = { size: 18, stroke: 1.6, "aria-hidden": true } as const;

export function Palette() {
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [settled] = useDebouncedValue(query, 120);
  const { data: collections = [] } = useQuery(collectionsQuery);
  const { data: answer } = useQuery(quickSearchQuery(settled));
  const wanted = query.trim().toLowerCase();
  const named = collections.filter((one) => one.name.toLowerCase().includes(wanted)).slice(0, 6);

  const pages: SpotlightActionData[] = [
    {
      id: "search",
      label: wanted === "" ? "Search all collections" : `Search everywhere for “${query.trim()}”`,
      leftSection: <IconSearch {...icon} />,
      onClick: () =>
        void navigate({ to: "/search", search: wanted === "" ? {} : { q: query.trim() } }),
    },
    ...(wanted === ""
      ? [
          {
            id: "home",
            label: "Home",
            leftSection: <IconHome {...icon} />,
            onClick: () => void navigate({ to: "/" }),
          },
        ]
      : []),
  ];
  const groups: SpotlightActionGroupData[] = [
    { group: "Go to", actions: pages },
    {
      group: "Collections",
      actions: named.flatMap((one) => [
        {
          id: one.id,
          label: one.name,
          leftSection: <IconFolderOpen {...icon} />,
          onClick: () =>
            void navigate({ to: "/c/$collection/search", params: { collection: one.id } }),
        },
        ...(wanted === ""
          ? []
          : [
              {
                id: `${one.id}-uploads`,
                label: `${one.name}: uploads`,
                leftSection: <IconUpload {...icon} />,
                onClick: () =>
                  void navigate({ to: "/c/$collection/uploads", params: { collection: one.id } }),
              },
            ]),
      ]),
    },
    {
      group: "Found",
      actions:
        wanted === ""
          ? []
          : (answer?.hits ?? []).map((hit) => ({
              id: hit.chunk,
              label: hit.snippet.slice(0, 110),
              description: [hit.author, hit.title ?? hit.channel].filter(Boolean).join(" · "),
              leftSection: <IconMessages {...icon} />,
              onClick: () =>
                void navigate({
                  to: "/conversation/$conversation",
                  params: { conversation: hit.conversation },
                  search: { at: hit.message, q: query.trim() },
                }),
            })),
    },
  ];
  return (
    <Spotlight
      store={paletteSpotlight}
      actions={groups.filter((group) => group.actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      filter={(_query, actions) => actions}
      shortcut={["mod + K"]}
      searchProps={{
        placeholder: "Search messages, or go to a collection",
        "aria-label": "Search messages, or go to a collection",
        leftSection: <IconSearch {...icon} />,
      }}
      nothingFound={<Text size="sm">Nothing found</Text>}
      scrollable
      maxHeight={420}
    />
  );
}
