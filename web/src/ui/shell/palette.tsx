// The command palette (Ctrl K): pages, topics, collections and the first hits of a search in one list.
import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import {
  IconActivity,
  IconAdjustments,
  IconBell,
  IconBuilding,
  IconBulb,
  IconChartAreaLine,
  IconChartBar,
  IconCpu,
  IconDatabase,
  IconFileImport,
  IconFolderOpen,
  IconHierarchy2,
  IconHome,
  IconListCheck,
  IconMap2,
  IconMessages,
  IconScale,
  IconSearch,
  IconUpload,
  IconUserCircle,
  IconUsers,
  IconVocabulary,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { topicsQuery } from "../../api/analysis.ts";
import { collectionsQuery } from "../../api/collections.ts";
import { quickSearchQuery } from "../../api/search.ts";
import { useMayAdminister, useMayRunServer } from "../account/may.ts";
import { useAccount } from "../account/use-session.ts";
import { useOpenCollection } from "./open-collection.ts";
import { paletteSpotlight } from "./palette-store.ts";

const icon = { size: 18, stroke: 1.6, "aria-hidden": true } as const;

/** The pages of a collection. */
const places = [
  { to: "/c/$collection", label: "Overview", Icon: IconHome },
  { to: "/c/$collection/topics", label: "Topics", Icon: IconHierarchy2 },
  { to: "/c/$collection/map", label: "Map", Icon: IconMap2 },
  { to: "/c/$collection/trends", label: "Trends", Icon: IconChartAreaLine },
  { to: "/c/$collection/compare", label: "Compare", Icon: IconScale },
  { to: "/c/$collection/concepts", label: "Concepts", Icon: IconBulb },
  { to: "/c/$collection/people", label: "People", Icon: IconUsers },
  { to: "/c/$collection/conversations", label: "Conversations", Icon: IconMessages },
] as const;

interface Who {
  readonly hasAccount: boolean;
  readonly mayAdminister: boolean;
  readonly mayRunServer: boolean;
}
const anybody = () => true;
const operators = ({ mayRunServer }: Who) => mayRunServer;
/** The pages of no collection, and for whom they are. */
const everywhere = [
  { to: "/", label: "Home", Icon: IconHome, isFor: anybody },
  { to: "/alerts", label: "Alerts", Icon: IconBell, isFor: anybody },
  { to: "/status", label: "Server status", Icon: IconActivity, isFor: anybody },
  { to: "/jobs", label: "Jobs", Icon: IconListCheck, isFor: anybody },
  { to: "/formats", label: "Formats (how to get an export)", Icon: IconFileImport, isFor: anybody },
  { to: "/words", label: "Words (glossary)", Icon: IconVocabulary, isFor: anybody },
  {
    to: "/account",
    label: "Account",
    Icon: IconUserCircle,
    isFor: ({ hasAccount }: Who) => hasAccount,
  },
  {
    to: "/organization",
    label: "Organization",
    Icon: IconBuilding,
    isFor: ({ hasAccount, mayAdminister }: Who) => hasAccount && mayAdminister,
  },
  {
    to: "/organization/searches",
    label: "How much is searched",
    Icon: IconChartBar,
    isFor: ({ mayAdminister }: Who) => mayAdminister,
  },
  { to: "/server", label: "Server settings", Icon: IconAdjustments, isFor: operators },
  { to: "/server/model", label: "Embedding models", Icon: IconCpu, isFor: operators },
  { to: "/server/storage", label: "Server storage", Icon: IconDatabase, isFor: operators },
] as const;

const topicsShown = 6;

/** Pages and topics of the open collection. */
const useHere = (
  collection: string | undefined,
  wanted: string,
): readonly SpotlightActionGroupData[] => {
  const navigate = useNavigate();
  const { data } = useQuery({
    ...topicsQuery(collection ?? ""),
    // The topics are loaded only once something is typed.
    enabled: collection !== undefined && wanted !== "",
  });
  if (collection === undefined) return [];
  const topics = (data?.topics ?? []).filter((one) => one.title.toLowerCase().includes(wanted));
  return [
    {
      group: "In this collection",
      actions: places
        .filter((one) => one.label.toLowerCase().includes(wanted))
        .map(({ to, label, Icon }) => ({
          id: to,
          label,
          leftSection: <Icon {...icon} />,
          onClick: () => void navigate({ to, params: { collection } }),
        })),
    },
    {
      group: "Topics",
      actions:
        wanted === ""
          ? []
          : topics.slice(0, topicsShown).map((one) => ({
              id: one.id,
              label: one.title,
              description: one.keywords
                .slice(0, 5)
                .map((keyword) => keyword.term)
                .join(" · "),
              leftSection: <IconHierarchy2 {...icon} />,
              onClick: () =>
                void navigate({
                  to: "/c/$collection/topics/$topic",
                  params: { collection, topic: one.id },
                }),
            })),
    },
  ];
};

export function Palette() {
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [settled] = useDebouncedValue(query, 120);
  const { data: collections = [] } = useQuery(collectionsQuery);
  const { data: answer } = useQuery(quickSearchQuery(settled));
  const account = useAccount();
  const who: Who = {
    hasAccount: account !== undefined && account.look === null,
    mayAdminister: useMayAdminister(),
    mayRunServer: useMayRunServer(),
  };
  const wanted = query.trim().toLowerCase();
  const open = useOpenCollection();
  const here = useHere(open, wanted);
  const openName = collections.find((one) => one.id === open)?.name ?? "this collection";
  const q = query.trim();
  const searches: SpotlightActionData[] = [
    ...(open === undefined
      ? []
      : [
          {
            id: "search-here",
            label: q === "" ? `Search in ${openName}` : `Search in ${openName} for “${q}”`,
            leftSection: <IconSearch {...icon} />,
            onClick: () =>
              void navigate({
                to: "/c/$collection/search",
                params: { collection: open },
                search: q === "" ? {} : { q },
              }),
          },
        ]),
    {
      id: "search",
      label: q === "" ? "Search all collections" : `Search all collections for “${q}”`,
      leftSection: <IconSearch {...icon} />,
      onClick: () => void navigate({ to: "/search", search: q === "" ? {} : { q } }),
    },
  ];
  const named = collections.filter((one) => one.name.toLowerCase().includes(wanted)).slice(0, 6);

  const pages: SpotlightActionData[] = everywhere
    .filter(({ label, isFor }) => isFor(who) && label.toLowerCase().includes(wanted))
    .map(({ to, label, Icon }) => ({
      id: to,
      label,
      leftSection: <Icon {...icon} />,
      onClick: () => void navigate({ to }),
    }));
  const groups: SpotlightActionGroupData[] = [
    // Enter takes the first line: the search of the open collection, where there is one.
    { group: "Search", actions: searches },
    ...here,
    { group: "Go to", actions: pages },
    {
      group: "Collections",
      actions: named.flatMap((one) => [
        {
          id: one.id,
          label: one.name,
          leftSection: <IconFolderOpen {...icon} />,
          onClick: () => void navigate({ to: "/c/$collection", params: { collection: one.id } }),
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
      group: "Hits",
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
      attributes={{ content: { "aria-label": "Search, or go to a page" } }}
      shortcut={["mod + K"]}
      searchProps={{
        placeholder: "Search, or go to a page",
        "aria-label": "Search, or go to a page",
        leftSection: <IconSearch {...icon} />,
      }}
      nothingFound={<Text size="sm">No hits</Text>}
      scrollable
      maxHeight={420}
    />
  );
}
