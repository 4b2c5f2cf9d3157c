// The guide to one format: how to get an export, what to import, what is kept, what is not, and what a newer export does.
import { Text } from "@mantine/core";
import { IconFileSearch, IconInfoCircle } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import {
  againText,
  basisText,
  type FormatGuide,
  keptTopics,
  ofAllFormats,
} from "#services/domain/guides/guide.ts";
import { guideTo } from "#services/domain/guides/guides.ts";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { PageHead } from "../ui/parts/page-head.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { DropField } from "../ui/uploads/drop-field.tsx";
import "../ui/formats/formats.css";

function Sentences({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function Kept({ kept }: Pick<FormatGuide, "kept">) {
  return (
    <dl className="guide-kept">
      {keptTopics.flatMap(([topic, label]) =>
        kept[topic] === undefined ? (
          []
        ) : (
          <div key={topic}>
            <dt>{label}</dt>
            <dd>{kept[topic]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Guide({ guide }: { readonly guide: FormatGuide }) {
  const { name, family, accepts, basis, steps, kept, missing } = guide;
  return (
    <div className="page guide" style={{ maxWidth: 820 }}>
      <PageHead title={name}>
        <Link to="/formats" className="text-link">
          All formats
        </Link>
        {" · "}
        {family}
      </PageHead>
      {basis !== undefined && (
        <Notice icon={<IconInfoCircle size={18} stroke={1.7} aria-hidden />}>{basisText}</Notice>
      )}
      <Section title="How to get the export">
        <ol>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Text mt={12} mb={14}>
          Import: {accepts}.
        </Text>
        <DropField />
      </Section>
      <Section title="What is kept">
        <Kept kept={kept} />
      </Section>
      <Section title="What is not">
        <Sentences texts={missing} />
      </Section>
      <Section title="When it is imported again">
        <p>{againText(guide)}</p>
      </Section>
      <Section title="For every format">
        <Sentences texts={ofAllFormats} />
      </Section>
    </div>
  );
}

export function FormatPage() {
  const { source } = useParams({ from: "/formats/$source" });
  const guide = guideTo(source);
  useTitle(guide?.name ?? "Formats");
  if (guide !== undefined) return <Guide guide={guide} />;
  return (
    <EmptyState
      icon={<IconFileSearch size={36} stroke={1.3} aria-hidden />}
      title="There is no such format"
      action={
        <Link to="/formats" className="text-link">
          All formats
        </Link>
      }
    />
  );
}
