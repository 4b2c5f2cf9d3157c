// People who may be one: why, and buttons to join them, or to say that they are not one person.
import { Badge, Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { JoinSuggestion } from "#services/contract/people.ts";
import { acceptSuggestions, dismissSuggestions } from "../../api/people.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { confidenceText } from "../../shape/words/people.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Section } from "../parts/section.tsx";
import { useRefreshPeople } from "./refresh-people.ts";

export interface SuggestionListProps {
  readonly collection: string;
  readonly suggestions: readonly JoinSuggestion[];
}

type Pair = JoinSuggestion["names"];

/** So many are shown until more are wanted. */
const FEW = 4;

export function SuggestionList({ collection, suggestions }: SuggestionListProps) {
  const refresh = useRefreshPeople();
  const [all, setAll] = useState(false);
  const accept = useMutation({
    mutationFn: (pairs: Pair[]) => acceptSuggestions(collection, pairs),
    onSettled: refresh,
  });
  const dismiss = useMutation({
    mutationFn: (pair: Pair) => dismissSuggestions(collection, [pair]),
    onSettled: refresh,
  });
  if (suggestions.length === 0) return null;
  const sure = suggestions.filter(({ confidence }) => confidence === "high");
  const isBusy = accept.isPending || dismiss.isPending;
  const shown = all ? suggestions : suggestions.slice(0, FEW);
  return (
    <Section
      title="May be one person"
      action={
        sure.length > 1 && (
          <Button
            size="xs"
            loading={accept.isPending && accept.variables.length > 1}
            disabled={isBusy}
            onClick={() => accept.mutate(sure.map(({ names }) => names))}
          >
            Join the {count(sure.length)} sure ones
          </Button>
        )
      }
    >
      <ul className="card rows" aria-label="Suggestions">
        {shown.map(({ names, people: [first, second], confidence, says }) => (
          <li key={names.join("\u0000")}>
            <div className="row-main">
              <span className="row-title">
                {first} <span className="dim people-and">and</span> {second}
                <Badge
                  size="sm"
                  tt="none"
                  variant="light"
                  color={confidence === "high" ? "teal" : "gray"}
                  c="var(--mantine-color-text)"
                >
                  {confidenceText[confidence]}
                </Badge>
              </span>
              <span className="row-sub">{says}</span>
            </div>
            <div className="row-acts">
              <Button
                size="xs"
                variant="default"
                aria-label={`Join ${first} and ${second}`}
                disabled={isBusy}
                onClick={() => accept.mutate([names])}
              >
                Join
              </Button>
              <Button
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={`Not the same: ${first} and ${second}`}
                disabled={isBusy}
                onClick={() => dismiss.mutate(names)}
              >
                Not the same
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {suggestions.length > FEW && (
        <Group justify="center" mt={8}>
          <Button size="xs" variant="subtle" color="gray" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${counted(suggestions.length, "suggestion")}`}
          </Button>
        </Group>
      )}
      <ActionError error={accept.error ?? dismiss.error} />
    </Section>
  );
}
