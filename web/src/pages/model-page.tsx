// The embedding models of the server, and which collections were embedded with which: for whoever runs the server.
import { Badge, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ModelReport, ModelUse } from "#services/contract/server.ts";
import { size } from "#services/domain/size.ts";
import { modelQuery } from "../api/server.ts";
import { readyQuery } from "../api/system.ts";
import { count } from "../shape/words/numbers.ts";
import { providerText } from "../shape/words/server-status.ts";
import { ModelList } from "../ui/models/model-list.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { FoldTable, NumberCells } from "../ui/parts/fold-table.tsx";
import { Notice } from "../ui/parts/notice.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import "./status.css";

/** "English, German", in the order of the model's card. */
const languageNames = (codes: readonly string[]): string => {
  const names = new Intl.DisplayNames("en", { type: "language" });
  return codes.map((code) => names.of(code) ?? code).join(", ");
};

function Facts({ model }: { readonly model: NonNullable<ModelReport["model"]> }) {
  const { data: ready } = useQuery(readyQuery);
  const shorter = model.matryoshka.filter((dim) => dim !== model.dim);
  const rows: readonly (readonly [name: string, value: string])[] = [
    ["Name", model.id],
    [
      "Dimensions",
      shorter.length === 0
        ? count(model.dim)
        : `${count(model.dim)}; may be shortened to ${shorter.map(count).join(" or ")}`,
    ],
    ["Longest text", `${count(model.maxTokens)} tokens`],
    [
      "Made for",
      model.languages === null ? "many languages, or not said" : languageNames(model.languages),
    ],
    ["Licence", model.licence ?? "not said"],
    ["Size on disk", model.bytes === null ? "none" : size(model.bytes)],
    ["Runs on", providerText(model.providers)],
    ...(ready?.engines ?? []).map(
      ({ name, available, reason }) =>
        [`Index engine ${name}`, available ? "available" : (reason ?? "not available")] as const,
    ),
    ["Fingerprint", model.fingerprint],
  ];
  return (
    <dl className="card status-checks">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const usedColumns = ["Organizations", "Collections", "Embeddings"];

function UseRow({ use }: { readonly use: ModelUse }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={560}>
        {use.id ?? "Nothing embedded yet"}{" "}
        {use.id !== null && !use.isHere && (
          <Badge variant="light" color="orange" size="sm" tt="none">
            by words only
          </Badge>
        )}
        {use.named.length > 0 && (
          <Text size="xs" c="dimmed">
            {use.named.map(({ id, name }, at) => (
              <span key={id}>
                {at > 0 && ", "}
                <Link
                  to="/c/$collection/settings"
                  params={{ collection: id }}
                  className="text-link"
                >
                  {name}
                </Link>
              </span>
            ))}
          </Text>
        )}
      </Table.Th>
      <NumberCells
        columns={usedColumns}
        values={[use.organizations, use.collections, use.embeddings].map(count)}
      />
    </Table.Tr>
  );
}

function Uses({ uses }: Pick<ModelReport, "uses">) {
  if (uses.length === 0)
    return (
      <Text size="sm" c="dimmed">
        There is no collection yet.
      </Text>
    );
  return (
    <FoldTable label="Collections by model" rows="Embedded with" columns={usedColumns}>
      {uses.map((use) => (
        <UseRow key={use.fingerprint ?? ""} use={use} />
      ))}
    </FoldTable>
  );
}

export function ModelPage() {
  useTitle("Embedding models");
  const { data, error, refetch } = useQuery(modelQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Stack gap={44}>
      <ModelList />
      <Section title="The model of new collections">
        {data === undefined && <Skeleton h={280} radius="lg" aria-busy="true" />}
        {data?.model && <Facts model={data.model} />}
        {data?.model === null && (
          <Notice icon={<IconAlertTriangle size={18} stroke={1.7} aria-hidden />}>
            <p>
              The model cannot be opened; searching works by words.{" "}
              <Link to="/status" className="text-link">
                Server status
              </Link>{" "}
              says why.
            </p>
          </Notice>
        )}
      </Section>
      <Section
        title="Collections"
        about="In all organizations. What was embedded with a model that is not here any more is searched by words only. Only collections that you may open are named."
      >
        {data === undefined ? (
          <Skeleton h={110} radius="lg" aria-busy="true" />
        ) : (
          <Uses uses={data.uses} />
        )}
      </Section>
    </Stack>
  );
}
