// The line above the hits: their number, the time taken, order, grouping, version; below it the server's notices.
import { Menu, NativeSelect, SegmentedControl, Switch, UnstyledButton } from "@mantine/core";
import { IconCheck, IconHistory, IconInfoCircle } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { SearchAnswer } from "#services/contract/search.ts";
import { versionsQuery } from "../../api/collections.ts";
import type { SearchAddress } from "../../shape/address/search-address.ts";
import { counted, took } from "../../shape/words/numbers.ts";
import { date } from "../../shape/words/times.ts";
import { Notice } from "../parts/notice.tsx";

export interface AnswerLineProps {
  readonly answer: SearchAnswer;
  readonly address: SearchAddress;
  readonly collection: string | undefined;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
}

const orders = [
  { value: "relevance", label: "Best first" },
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
] as const;

const units = [
  { value: "all", label: "Everything" },
  { value: "exchange", label: "Exchanges" },
  { value: "message", label: "Messages" },
] as const;

/** What was searched, where the person has not chosen, or `kind:` says something else. */
const unitOf = ({ understood }: SearchAnswer, { unit }: SearchAddress) => {
  const [only, ...others] = understood.units;
  return only === undefined ? (unit ?? "all") : others.length > 0 ? "all" : only;
};

interface VersionMenuProps extends Pick<AnswerLineProps, "address" | "onAddress"> {
  readonly collection: string;
  readonly shown: number | null;
}

function VersionMenu({ address, collection, shown, onAddress }: VersionMenuProps) {
  const { data } = useInfiniteQuery(versionsQuery(collection));
  const versions = data?.pages[0]?.versions ?? [];
  return (
    <Menu position="bottom-end" shadow="md" width={280}>
      <Menu.Target>
        <UnstyledButton className="hit-act">
          <IconHistory size={15} stroke={1.6} aria-hidden style={{ marginRight: 5 }} />
          {shown === null ? "Version" : `Version ${shown}`}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
        <Menu.Item
          rightSection={address.v === undefined && <IconCheck size={14} aria-hidden />}
          onClick={() => onAddress({ v: undefined })}
        >
          Newest
        </Menu.Item>
        <Menu.Divider />
        {versions.slice(0, 30).map((one) => (
          <Menu.Item
            key={one.id}
            rightSection={address.v === one.number && <IconCheck size={14} aria-hidden />}
            onClick={() => onAddress({ v: one.number })}
          >
            {[one.number, ...one.tags].join(" · ")} · {date(one.at)} ·{" "}
            {counted(one.rows, "passage")}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const COUNTED =
  "Passages of messages that hold at least half of what the question's words are worth (rare words are worth more), or come near its meaning. A long message has several. Weaker hits follow them. The filters count the same passages.";

const LISTED =
  "A long message is listed once for each of its passages, short messages in a row together, and messages of other branches too: so there are more or fewer hits than messages. The filters count hits.";

export function AnswerLine({ answer, address, collection, onAddress }: AnswerLineProps) {
  const { expansions, unknown } = answer.understood;
  const isListing = answer.understood.words.length + answer.understood.phrases.length === 0;
  // A first page with every hit on it shows that no other one is left to estimate.
  const isExact =
    answer.totalIsExact || (answer.nextCursor === null && answer.hits.length === answer.total);
  return (
    <>
      <div className="search-line">
        <span
          className="tabular"
          role="status"
          title={`${isListing ? LISTED : COUNTED} Answered in ${took(answer.tookMs)}.`}
        >
          {isExact ? "" : "about "}
          {isListing
            ? counted(answer.total, "hit")
            : counted(answer.total, "good match", "good matches")}
          {!isListing && answer.understood.units.length > 1 ? " among passages" : ""}
        </span>
        <SegmentedControl
          size="xs"
          aria-label="Kind of hits"
          value={unitOf(answer, address)}
          data={[...units]}
          onChange={(unit) =>
            onAddress({ unit: units.find(({ value }) => value === unit)?.value, at: undefined })
          }
        />
        <span style={{ flex: 1 }} />
        <Switch
          size="xs"
          label="Group"
          aria-label="Group by conversation"
          checked={address.group ?? false}
          onChange={(event) => onAddress({ group: event.currentTarget.checked || undefined })}
        />
        <NativeSelect
          size="xs"
          variant="unstyled"
          w={122}
          aria-label="Order"
          value={address.sort ?? "relevance"}
          data={orders}
          onChange={(event) => {
            const sort = orders.find((one) => one.value === event.currentTarget.value)?.value;
            onAddress({ sort: sort === "relevance" ? undefined : sort });
          }}
        />
        {collection !== undefined && (
          <VersionMenu
            address={address}
            collection={collection}
            shown={answer.version}
            onAddress={onAddress}
          />
        )}
      </div>
      {expansions.length > 0 && (
        <p className="search-line" style={{ margin: 0 }}>
          {expansions
            .map(
              ({ word, to, isKnown }) =>
                `${isKnown ? "Few messages contain" : "No message contains"} “${word}”. Searched also for ${to.map((near) => `“${near}”`).join(", ")}.`,
            )
            .join(" ")}
        </p>
      )}
      {unknown.length > 0 && answer.hits.length > 0 && (
        <p className="search-line" style={{ margin: 0, overflowWrap: "anywhere" }}>
          No message contains {unknown.map((word) => `“${word}”`).join(", ")}.
        </p>
      )}
      {answer.notices.map((notice) => (
        <Notice key={notice} icon={<IconInfoCircle size={18} stroke={1.7} aria-hidden />}>
          <p>{notice}</p>
        </Notice>
      ))}
    </>
  );
}
