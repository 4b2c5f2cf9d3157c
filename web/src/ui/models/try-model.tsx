// Another embedding model tried on a collection: questions answered by both, side by side. Shown where the server has another one.
import { Button, Group, Select, Skeleton, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Collection } from "#services/contract/collections.ts";
import type { ModelTrial, TrialHit } from "#services/contract/models.ts";
import { modelsQuery, tryModel } from "../../api/models.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Section } from "../parts/section.tsx";
import "./try-model.css";

const MOST_QUESTIONS = 5;

const questionsIn = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, MOST_QUESTIONS);

const lasting = (seconds: number): string =>
  seconds < 120 ? counted(seconds, "second") : counted(Math.ceil(seconds / 60), "minute");

function Hits({ model, hits }: { readonly model: string; readonly hits: readonly TrialHit[] }) {
  return (
    <div>
      <Text size="xs" fw={560}>
        {model}
      </Text>
      <ol>
        {hits.map((hit) => (
          <li key={`${hit.message} ${hit.text}`}>
            <Link
              to="/conversation/$conversation"
              params={{ conversation: hit.conversation }}
              search={{ at: hit.message }}
              className="text-link"
            >
              {hit.author}
            </Link>
            : {hit.text}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Trial({ trial }: { readonly trial: ModelTrial }) {
  const { models, passages, passagesPerSecond, wholeSeconds, questions } = trial;
  return (
    <Stack gap="md" role="status">
      <Text size="sm" c="dimmed">
        {counted(passages, "passage")} with {models.other}, {count(Math.round(passagesPerSecond))} a
        second: the whole collection would take {lasting(wholeSeconds)}.
      </Text>
      {questions.map(({ question, own, other, shared }) => (
        <div key={question}>
          <Text size="sm" fw={560}>
            {question}
          </Text>
          <Text size="xs" c="dimmed" mb={6}>
            {shared} of {own.length} passages are the same.
          </Text>
          <div className="model-trial">
            <Hits model={models.own} hits={own} />
            <Hits model={models.other} hits={other} />
          </div>
        </div>
      ))}
    </Stack>
  );
}

export function TryModelSection({ collection }: { readonly collection: Collection }) {
  const { data } = useQuery(modelsQuery);
  const others =
    data?.models.filter(({ id, state }) => state === "ready" && id !== collection.model) ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState("");
  const trying = useMutation({
    mutationFn: (model: string) => tryModel(collection.id, { model, questions: questionsIn(text) }),
  });
  const model = chosen ?? others[0]?.id;
  if (model === undefined) return null;
  return (
    <Section
      title="Try another model"
      about="Some two thousand passages are embedded with it, which takes up to a minute, and your questions are answered among them by both models. Nothing is kept: a collection keeps its model; import into a new one to use another."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          trying.mutate(model);
        }}
      >
        <Stack gap="md">
          <Select
            label="Model"
            allowDeselect={false}
            value={model}
            onChange={setChosen}
            data={others.map(({ id }) => id)}
          />
          <Textarea
            label="Questions"
            description="One a line, at most five."
            autosize
            minRows={2}
            maxRows={5}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Group>
            <Button
              type="submit"
              variant="default"
              loading={trying.isPending}
              disabled={questionsIn(text).length === 0}
            >
              Try it
            </Button>
          </Group>
          <ActionError error={trying.error} />
          {trying.isPending && <Skeleton h={180} radius="lg" aria-busy="true" />}
          {trying.data && !trying.isPending && <Trial trial={trying.data} />}
        </Stack>
      </form>
    </Section>
  );
}
