// The quality of the topics, how their number was chosen, the last analysis, and the analysis settings.
import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
  Title,
  VisuallyHidden,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Analysis, AnalysisSettings } from "#services/contract/analysis.ts";
import { analysisQuery, saveAnalysisSettings, startAnalysis } from "../../api/analysis.ts";
import { percent } from "../../shape/figures/effects.ts";
import { count, counted, took } from "../../shape/words/numbers.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { useMayEdit, useMayManage } from "../account/may.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";
import { KCurve } from "./k-curve.tsx";
import "./quality-panel.css";

interface Measure {
  readonly label: string;
  readonly value: string;
  readonly says: string;
}

const number = (value: number | null) => (value === null ? "not measured" : value.toFixed(2));

const silhouetteSays = (value: number | null): string => {
  if (value === null) return "Too little data to measure it.";
  if (value >= 0.25) return "Topics are well separated.";
  if (value >= 0.08) return "Topics overlap somewhat, as is usual for chat.";
  return "Topics overlap strongly. Fewer topics may be clearer.";
};
const stabilitySays = (value: number | null): string => {
  if (value === null) return "Too little data to measure it.";
  if (value >= 0.75) return "Another random seed gives nearly the same topics.";
  return value >= 0.5
    ? "Another random seed gives most of the same topics."
    : "Another random seed gives different topics: the borders between topics are uncertain.";
};

const measures = ({ quality, points }: Analysis): readonly Measure[] =>
  quality === null
    ? []
    : [
        {
          label: "Silhouette coefficient",
          value: number(quality.silhouette),
          says: silhouetteSays(quality.silhouette),
        },
        {
          label: "Stability over seeds",
          value: number(quality.stability),
          says: stabilitySays(quality.stability),
        },
        {
          label: "Cohesion",
          value: number(quality.cohesion),
          says: "Mean cosine similarity of a passage to its topic's centroid.",
        },
        {
          label: "Outliers",
          value: points === 0 ? percent(0) : percent(quality.outliers / points),
          says: `${count(quality.outliers)} of ${count(points)} points are in no topic, since they are not similar to any.`,
        },
        {
          label: "Trustworthiness of the map",
          value: number(quality.trustworthiness),
          says: "Share of neighbours on the map that are also neighbours in meaning.",
        },
      ];

const chosenBy = {
  criterion: "chosen by the criterion",
  person: "set by hand",
  carried: "kept from the analysis before",
} as const;

function TopicNumber({ quality }: { readonly quality: NonNullable<Analysis["quality"]> }) {
  const { k } = quality;
  return (
    <div>
      <Title order={3} mb={2}>
        Number of topics: {k.chosen}
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        It was {chosenBy[k.by]}
        {k.tried.length > 1 && k.by === "criterion" && `, out of ${k.tried.length} numbers tried`}.{" "}
        Criterion: {k.criterion}. Fewer are listed as topics: some are put together, and notices,
        small talk and what has no subject of its own are lines at the end of the list.
      </Text>
      <KCurve k={k} />
    </div>
  );
}

const maskKinds = [
  { value: "email", label: "E-mail addresses" },
  { value: "phone", label: "Telephone numbers" },
  { value: "card", label: "Card numbers" },
  { value: "iban", label: "Bank accounts" },
  { value: "ip", label: "IP addresses" },
  { value: "secret", label: "Keys and passwords" },
] as const;

interface MaskProps {
  readonly mask: AnalysisSettings["mask"];
  readonly onMask: (mask: AnalysisSettings["mask"]) => void;
}

/** What is masked before text is sent to the language model. */
function Mask({ mask, onMask }: MaskProps) {
  return (
    <Stack gap={10} pl={30} maw={460}>
      <Checkbox.Group
        label="Mask before sending"
        value={mask.kinds}
        onChange={(kinds) =>
          onMask({
            ...mask,
            kinds: maskKinds.flatMap((one) => (kinds.includes(one.value) ? [one.value] : [])),
          })
        }
      >
        <div className="mask-kinds">
          {maskKinds.map((one) => (
            <Checkbox key={one.value} size="xs" value={one.value} label={one.label} />
          ))}
        </div>
      </Checkbox.Group>
      <TagsInput
        size="xs"
        label="Also mask these words and names"
        placeholder={mask.words.length === 0 ? "Type a word, then press Enter" : ""}
        maxTags={500}
        clearable
        clearButtonProps={{ "aria-label": "Remove all words" }}
        value={mask.words}
        onChange={(words) => onMask({ ...mask, words: words.filter((one) => one.length > 1) })}
      />
    </Stack>
  );
}

function Controls({
  collection,
  analysis,
}: {
  readonly collection: string;
  readonly analysis: Analysis;
}) {
  const client = useQueryClient();
  const [settings, setSettings] = useState<AnalysisSettings>(analysis.settings);
  const change = (to: Partial<AnalysisSettings>) => setSettings({ ...settings, ...to });
  const mayManage = useMayManage(collection);
  const { queryKey } = analysisQuery(collection);
  const refit = useMutation({
    mutationFn: () => startAnalysis(collection, { mode: "refit", settings }),
    onSuccess: (now) => client.setQueryData(queryKey, now),
  });
  const save = useMutation({
    mutationFn: () => saveAnalysisSettings(collection, settings),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const busy = analysis.state === "running" || analysis.state === "waiting";
  const error = refit.error ?? save.error;
  return (
    <Stack gap="md" align="flex-start">
      <div>
        <Title order={3} mb={2}>
          Analysis settings
        </Title>
        <Text size="sm" c="dimmed">
          An analysis from scratch clusters all messages again. Topics that are found again keep
          their titles, their colours and your manual changes.
        </Text>
      </div>
      <div>
        <Text size="sm" fw={560} mb={4} id="how-many">
          Number of topics
        </Text>
        <Group gap="xs">
          <SegmentedControl
            aria-labelledby="how-many"
            value={settings.k === null ? "auto" : "own"}
            data={[
              { value: "auto", label: "Automatic" },
              { value: "own", label: "Fixed" },
            ]}
            onChange={(how) =>
              change({ k: how === "auto" ? null : (analysis.quality?.k.chosen ?? 20) })
            }
          />
          {settings.k !== null && (
            <NumberInput
              w={96}
              aria-label="Number of topics"
              min={2}
              max={500}
              clampBehavior="strict"
              value={settings.k}
              onChange={(k) => {
                if (typeof k === "number" && k >= 2) change({ k });
              }}
            />
          )}
        </Group>
      </div>
      <div>
        <Text size="sm" fw={560} mb={4} id="what-unit">
          What is clustered
        </Text>
        <SegmentedControl
          aria-labelledby="what-unit"
          value={settings.unit}
          data={[
            { value: "auto", label: "Automatic" },
            { value: "chunk", label: "Messages" },
            { value: "conversation", label: "Conversations" },
          ]}
          onChange={(unit) =>
            change({ unit: unit === "conversation" || unit === "chunk" ? unit : "auto" })
          }
        />
      </div>
      <div>
        <Text size="sm" fw={560} mb={4} id="what-layout">
          Layout of the map
        </Text>
        <SegmentedControl
          aria-labelledby="what-layout"
          aria-describedby="layout-says"
          value={settings.layout}
          data={[
            { value: "umap", label: "UMAP" },
            { value: "tsne", label: "t-SNE" },
          ]}
          onChange={(layout) => change({ layout: layout === "tsne" ? "tsne" : "umap" })}
        />
        <Text size="xs" c="dimmed" mt={4} maw={460} id="layout-says">
          UMAP keeps groups and what lies between them; t-SNE pulls groups apart and takes longer:
          it lays out 5,000 points and places the others among them. An analysis from scratch draws
          the map anew.
        </Text>
      </div>
      <Stack gap={8}>
        <Checkbox
          label="Analyse automatically after each import"
          checked={settings.automatic}
          onChange={(event) => change({ automatic: event.currentTarget.checked })}
        />
        <Checkbox
          label="Name topics with the language model, if one is configured"
          checked={settings.llm}
          onChange={(event) => change({ llm: event.currentTarget.checked })}
        />
        {settings.llm && <Mask mask={settings.mask} onMask={(mask) => change({ mask })} />}
      </Stack>
      <Group gap="xs">
        <Button loading={refit.isPending} disabled={busy} onClick={() => refit.mutate()}>
          Analyse from scratch
        </Button>
        {mayManage && (
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
            Save settings
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {busy && "An analysis is running."}
        {!busy && save.isSuccess && "Saved."}
      </Text>
      <ActionError error={error} />
    </Stack>
  );
}

function LastAnalysis({ analysis }: { readonly analysis: Analysis }) {
  const now = useNow();
  const seconds = analysis.steps.reduce((sum, step) => sum + step.seconds, 0);
  const { llm, finishedAt } = analysis;
  return (
    <div>
      <Title order={3} mb={2}>
        Last analysis
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {counted(analysis.messages, "message")} of version {analysis.version}
        {seconds > 0 && ` in ${took(seconds * 1000)}`}
        {finishedAt !== null && (
          <>
            {", "}
            <time dateTime={new Date(finishedAt).toISOString()} title={fullTime(finishedAt)}>
              {ago(finishedAt, now)}
            </time>
          </>
        )}
        .
      </Text>
      <dl className="run-steps">
        {analysis.steps.map((step) => (
          <div key={step.name}>
            <dt>{step.name}</dt>
            <dd className="tabular">{took(step.seconds * 1000)}</dd>
          </div>
        ))}
      </dl>
      {llm && (
        <Text size="sm" c="dimmed" mt={8}>
          {llm.model} named {counted(llm.named, "topic")}: {count(llm.tokensIn)} tokens in,{" "}
          {count(llm.tokensOut)} out
          {llm.cost !== null && `, cost ${llm.cost.toFixed(4)}`}. {llm.problem}
        </Text>
      )}
    </div>
  );
}

export function QualityPanel({ collection }: { readonly collection: string }) {
  const { data: analysis } = useQuery(analysisQuery(collection));
  const mayEdit = useMayEdit(collection);
  if (!analysis) return null;
  return (
    <div>
      <VisuallyHidden component="h2">Quality of the topics</VisuallyHidden>
      <dl className="measures">
        {measures(analysis).map((one) => (
          <div key={one.label} className="card measure">
            <dt>{one.label}</dt>
            <dd className="tabular measure-value">{one.value}</dd>
            <dd className="dim">{one.says}</dd>
          </div>
        ))}
      </dl>
      <div className="quality-columns">
        <Stack gap={32}>
          {analysis.quality && <TopicNumber quality={analysis.quality} />}
          <LastAnalysis analysis={analysis} />
        </Stack>
        {mayEdit && <Controls collection={collection} analysis={analysis} />}
      </div>
    </div>
  );
}
