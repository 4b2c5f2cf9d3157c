// What is shown in place of hits: why there are none, and what can be searched for instead.
import { Button, Group, UnstyledButton } from "@mantine/core";
import { IconMoodEmpty } from "@tabler/icons-react";
import type { SearchAnswer } from "#services/contract/search.ts";
import { type SearchAddress, withoutFilters } from "../../shape/address/search-address.ts";
import { EmptyState } from "../parts/empty-state.tsx";

export interface NoHitsProps {
  readonly noMatch: SearchAnswer["noMatch"];
  readonly unknown: readonly string[];
  readonly address: SearchAddress;
  readonly onAddress: (change: Partial<SearchAddress>) => void;
  readonly onReplace: (address: SearchAddress) => void;
  readonly filtered: boolean;
}

const list = new Intl.ListFormat("en", { type: "disjunction" });
const quoted = (words: readonly string[]) => list.format(words.map((word) => `“${word}”`));

const reasonOf = ({ noMatch, unknown, filtered }: NoHitsProps): string => {
  if (noMatch?.reason === "unknown-words" && unknown.length > 0)
    return `No message contains ${quoted(unknown)}.`;
  if (noMatch !== null)
    return "No message is nearer to this in meaning than to words without a meaning.";
  return filtered
    ? "The active filters may exclude all hits."
    : "Try other words, or describe what you look for and search by meaning.";
};

const titleOf = (noMatch: SearchAnswer["noMatch"]): string => {
  if (noMatch === null) return "No hits";
  return noMatch.reason === "filters" ? "The filters exclude every message" : "No good match";
};

function Suggestions({ noMatch, onAddress }: Pick<NoHitsProps, "noMatch" | "onAddress">) {
  if (noMatch === null || noMatch.suggestions.length === 0) return null;
  const { reason, suggestions } = noMatch;
  return (
    <p style={{ margin: "6px 0 0", overflowWrap: "anywhere" }}>
      {reason === "filters" ? "Search instead for " : "Did you mean "}
      {suggestions.map((suggestion, at) => (
        <span key={suggestion}>
          {at > 0 && (at === suggestions.length - 1 ? " or " : ", ")}
          <UnstyledButton className="text-link" onClick={() => onAddress({ q: suggestion })}>
            {suggestion}
          </UnstyledButton>
        </span>
      ))}
      {reason === "filters" ? "" : "?"}
    </p>
  );
}

export function NoHits(props: NoHitsProps) {
  const { noMatch, address, onAddress, onReplace, filtered } = props;
  const excluding = noMatch?.excluding ?? [];
  return (
    <EmptyState
      icon={<IconMoodEmpty size={36} stroke={1.3} aria-hidden />}
      title={titleOf(noMatch)}
    >
      {excluding.length === 0 ? (
        <p style={{ margin: 0, maxWidth: 440, overflowWrap: "anywhere" }}>{reasonOf(props)}</p>
      ) : (
        excluding.map(({ filter, says, hint }) => (
          <p key={filter} style={{ margin: 0, maxWidth: 440, overflowWrap: "anywhere" }}>
            {says} {hint}
          </p>
        ))
      )}
      <Suggestions noMatch={noMatch} onAddress={onAddress} />
      <Group mt="xs" justify="center">
        {filtered && (
          <Button variant="default" onClick={() => onReplace(withoutFilters(address))}>
            Search without filters
          </Button>
        )}
        {address.mode === "lexical" && noMatch?.reason !== "filters" && (
          <Button variant="default" onClick={() => onAddress({ mode: "semantic" })}>
            Search by meaning
          </Button>
        )}
      </Group>
    </EmptyState>
  );
}
