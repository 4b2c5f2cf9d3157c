// The page of all formats that are read: a list by family that can be searched, each with a link to its guide.
import { Button, TextInput } from "@mantine/core";
import { IconFileSearch, IconSearch } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ofAllFormats } from "#services/domain/guides/guide.ts";
import { guides, guidesWith } from "#services/domain/guides/guides.ts";
import { FormatFamilies } from "../ui/formats/format-families.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { BelowHeading } from "../ui/parts/heading-level.tsx";
import { PageHead } from "../ui/parts/page-head.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";

export function FormatsPage() {
  useTitle("Formats");
  const { q } = useSearch({ from: "/formats" });
  const navigate = useNavigate({ from: "/formats" });
  const find = (words: string | undefined) =>
    void navigate({ search: words === undefined ? {} : { q: words }, replace: true });
  const found = guidesWith(q ?? "");
  return (
    <BelowHeading>
      <div className="page" style={{ maxWidth: 1040 }}>
        <PageHead title="Formats">
          {guides.length} formats are read. Each has a page: how to get the export, what is kept of
          it, and what cannot be.
        </PageHead>
        <search>
          <TextInput
            aria-label="Find a format"
            placeholder="Find a format: a program, a file"
            maw={420}
            data-search-field
            leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
            value={q ?? ""}
            onChange={(event) => find(event.currentTarget.value || undefined)}
          />
        </search>
        {found.length === 0 ? (
          <EmptyState
            icon={<IconFileSearch size={36} stroke={1.3} aria-hidden />}
            title="No format is found by these words"
            action={
              <Button variant="default" size="xs" onClick={() => find(undefined)}>
                Show all formats
              </Button>
            }
          >
            A table (CSV, XLSX) of messages is read too, whatever program it comes from.
          </EmptyState>
        ) : (
          <FormatFamilies formats={found} level={2} />
        )}
        <div className="guide">
          <Section title="For every format">
            <ul>
              {ofAllFormats.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </Section>
        </div>
      </div>
    </BelowHeading>
  );
}
