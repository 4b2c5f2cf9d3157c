// The page of the words that Parlance uses, with their meanings.
import { Text, Title } from "@mantine/core";
import { type GlossaryGroup, glossary } from "#services/contract/glossary.ts";
import { PageHead } from "../ui/parts/page-head.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import "./words.css";

/** The anchor of a group, or of a word. */
const idOf = (title: string) => title.toLowerCase().replaceAll(" ", "-");

function Words({ title, entries }: GlossaryGroup) {
  return (
    <section aria-labelledby={idOf(title)}>
      <Title order={2} id={idOf(title)} mt={28} mb={10}>
        {title}
      </Title>
      <dl className="words">
        {entries.map(({ word, means, also }) => (
          <div key={word}>
            <dt id={`word-${idOf(word)}`}>{word}</dt>
            <dd>
              {means}
              {also !== undefined && (
                <Text size="sm" c="dimmed">
                  Also: {also.join(", ")}
                </Text>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function WordsPage() {
  useTitle("Words");
  return (
    <div className="page" style={{ maxWidth: 820 }}>
      <PageHead title="Words">
        What the words mean that are used here, on the command line and in the API.
      </PageHead>
      {glossary.map((group) => (
        <Words key={group.title} {...group} />
      ))}
    </div>
  );
}
