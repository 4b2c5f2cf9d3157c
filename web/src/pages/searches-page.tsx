// How much is searched in the organization, how fast and with what outcome: figures of a time that is chosen, beside the time before.
import { SegmentedControl, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { changeText, searchFigures } from "#services/contract/search-figures.ts";
import type { Searches } from "#services/contract/searches.ts";
import { searchesQuery } from "../api/searches.ts";
import { FigureCard } from "../charts/figure-card.tsx";
import { count } from "../shape/words/numbers.ts";
import { useSession } from "../ui/account/use-session.ts";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import "./searches.css";

const periods = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "366", label: "366 days" },
];
const DEFAULT_DAYS = 30;

/** Figures of few bars, which share a row where there is room. */
const narrow: ReadonlySet<string> = new Set(["search-modes", "opened-places"]);
const noTopics = new Map<string, never>();

interface ChangeProps {
  readonly label: string;
  readonly now: number;
  readonly before: number;
  readonly days: number;
}

function Change({ label, now, before, days }: ChangeProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="tabular">{count(now)}</dd>
      <dd className="searches-before">{changeText(now, before, days)}</dd>
    </div>
  );
}

function Changes({ of: { all, before, days } }: { readonly of: Searches }) {
  const shown = [
    ["Searches", "searches"],
    ["Without a hit", "empty"],
    ["More than a second", "slow"],
    ["Hits opened", "opened"],
  ] as const;
  return (
    <dl className="card searches-changes">
      {shown.map(([label, key]) => (
        <Change key={key} label={label} now={all[key]} before={before[key]} days={days.length} />
      ))}
    </dl>
  );
}

function TextsNotice() {
  const hasAccounts = useSession().kind === "signed-in";
  return (
    <Notice
      title="What is searched for is not kept"
      icon={<IconInfoCircle size={18} stroke={1.7} aria-hidden />}
    >
      <p>
        {hasAccounts ? (
          <>
            An admin can have it kept, without names, in the{" "}
            <Link to="/organization/settings" className="text-link">
              settings of the organization
            </Link>
            . Then frequent texts, texts without a hit, and rising and falling ones are shown here.
          </>
        ) : (
          "It can be kept where people sign in: then frequent texts and texts without a hit are shown here."
        )}
      </p>
    </Notice>
  );
}

function OptOut() {
  const hasAccounts = useSession().kind === "signed-in";
  return (
    <>
      Counted by day, without names.
      {hasAccounts && (
        <>
          {" "}
          Whoever does not want to be counted says so in the{" "}
          <Link to="/account" className="text-link">
            profile
          </Link>
          .
        </>
      )}
    </>
  );
}

export function SearchesPage() {
  useTitle("Searches");
  const { days = DEFAULT_DAYS, table = [] } = useSearch({ from: "/organization/searches" });
  const navigate = useNavigate({ from: "/organization/searches" });
  const { data, error, isPlaceholderData, refetch } = useQuery(searchesQuery(days));
  const showAsTable = (name: string, on: boolean) => {
    const rest = table.filter((one) => one !== name);
    const next = on ? [...rest, name] : rest;
    void navigate({
      search: (last) => ({ ...last, table: next.length === 0 ? undefined : next }),
      resetScroll: false,
    });
  };
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Section
      title="Searches"
      about={<OptOut />}
      action={
        <SegmentedControl
          size="xs"
          aria-label="Time"
          value={String(days)}
          data={periods}
          onChange={(chosen) => {
            const next = Number(chosen) === DEFAULT_DAYS ? undefined : Number(chosen);
            void navigate({ search: (last) => ({ ...last, days: next }), resetScroll: false });
          }}
        />
      }
    >
      {data === undefined ? (
        <div className="figure-grid" role="status" aria-label="Loading figures">
          {[0, 1, 2, 3].map((key) => (
            <Skeleton key={key} h={300} radius="lg" />
          ))}
        </div>
      ) : (
        <div aria-busy={isPlaceholderData}>
          <Changes of={data} />
          <VisuallyHidden component="h3">Figures</VisuallyHidden>
          <div className="figure-grid searches-figures">
            {searchFigures(data).map((figure) => (
              <div key={figure.name} className={narrow.has(figure.name) ? undefined : "wide"}>
                <FigureCard
                  figure={figure}
                  topics={noTopics}
                  asTable={table.includes(figure.name)}
                  onTable={(on) => showAsTable(figure.name, on)}
                  // Nothing is opened behind a count of searches.
                  onOpen={() => undefined}
                  height={200}
                />
              </div>
            ))}
          </div>
          {data.texts === null && <TextsNotice />}
          <Text size="xs" c="dimmed" mt={14}>
            Days are those of UTC. A search is counted a few seconds after it was asked.
          </Text>
        </div>
      )}
    </Section>
  );
}
