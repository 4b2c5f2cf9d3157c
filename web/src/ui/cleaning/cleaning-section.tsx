// The cleaning of a collection, in its settings: the rules, what they would do, how far they are applied, and what was found.
import { Button, Group, List, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Cleaning } from "#services/contract/cleaning.ts";
import { foundKinds } from "#services/domain/cleaning.ts";
import {
  type CleaningRules,
  cleaningQuery,
  findingsQuery,
  previewCleaning,
  saveCleaning,
} from "../../api/cleaning.ts";
import { foundText, previewLines } from "../../shape/words/cleaning.ts";
import { count } from "../../shape/words/numbers.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Section } from "../parts/section.tsx";
import "./cleaning.css";
import { Findings } from "./findings.tsx";
import { RulesForm } from "./rules-form.tsx";

const isSame = (one: CleaningRules, other: CleaningRules): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const refuses = ({ found }: CleaningRules): boolean =>
  foundKinds.some((kind) => found[kind] === "refuse");

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <List size="sm">
      {lines.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}

interface EditorProps {
  readonly collection: string;
  readonly now: Cleaning;
}

function Editor({ collection, now }: EditorProps) {
  const client = useQueryClient();
  const [rules, setRules] = useState<CleaningRules>(now.rules);
  const [isAsked, setAsked] = useState(false);
  const preview = useMutation({ mutationFn: () => previewCleaning(collection, rules) });
  const change = (to: CleaningRules) => {
    setRules(to);
    preview.reset();
  };
  const send = async () => {
    const saved = await saveCleaning(collection, rules);
    client.setQueryData(cleaningQuery(collection).queryKey, saved);
    await client.invalidateQueries({ queryKey: findingsQuery(collection).queryKey });
  };
  const apply = useMutation({ mutationFn: send });
  const begin = () => (refuses(rules) ? setAsked(true) : apply.mutate());
  return (
    <Stack gap="md">
      <RulesForm rules={rules} onRules={change} />
      <Group>
        <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
          Count
        </Button>
        <Button
          variant={isSame(rules, now.rules) ? "default" : "filled"}
          loading={apply.isPending}
          disabled={now.applying !== null && isSame(rules, now.rules)}
          onClick={begin}
        >
          {isSame(rules, now.rules) ? "Apply again" : "Apply"}
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {now.applying !== null &&
            `Applying: ${count(now.applying.done)} of ${count(now.applying.of)} conversations.`}
        </Text>
      </Group>
      <ActionError error={preview.error ?? apply.error} />
      {preview.data && (
        <section aria-label="What these rules do">
          <Lines lines={previewLines(preview.data)} />
        </section>
      )}
      {isAsked && (
        <Confirm
          title="Refuse messages?"
          button="Apply"
          isDangerous
          send={send}
          onDone={() => setAsked(false)}
          onClose={() => setAsked(false)}
        >
          The text of the messages that are refused is deleted for good, here and in all versions of
          the index, with the files that they came in. “Count” says how many they are.
        </Confirm>
      )}
    </Stack>
  );
}

function Found({ collection, now }: EditorProps) {
  const [isOpen, setOpen] = useState(false);
  if (now.found.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5" mb={8}>
        Found so far
      </Title>
      <Lines lines={now.found.map(foundText)} />
      <Group mt={12} mb={12}>
        <Button variant="default" size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide the messages" : "Show the messages"}
        </Button>
      </Group>
      {isOpen && <Findings collection={collection} />}
    </div>
  );
}

/** For whoever manages the collection. */
export function CleaningSection({ collection }: { readonly collection: string }) {
  const { data, error, refetch } = useQuery(cleaningQuery(collection));
  return (
    <Section
      title="Cleaning"
      about="What of the messages is indexed, and what is done with personal data and secrets in them. The rules hold for what is there and for what comes."
    >
      {data === undefined && !error && <Skeleton h={320} radius="lg" aria-busy="true" />}
      {data === undefined && <ActionError error={error} retry={() => void refetch()} />}
      {data && (
        <Stack gap="xl">
          <Editor collection={collection} now={data} />
          <Found collection={collection} now={data} />
        </Stack>
      )}
    </Section>
  );
}
