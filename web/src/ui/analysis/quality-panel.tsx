// How good the topics are, why there are this many, and the way to have it otherwise.
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
import { count, counted } from "../../shape/words/numbers.ts";
import { ago, fullTime } from "../../shape/words/times.ts";
import { describeError } from "../parts/error-message.tsx";
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
  if (value === null) return "Too little to measure.";
  if (value >= 0.25) return "Topics stand well apart.";
  if (value >= 0.08) return "Topics are told apart, with soft borders: usual for chat.";
  return "Topics run into one another; fewer may be clearer.";
};
const stabilitySays = (value: number | null): string => {
  if (value === null) return "Too little to measure.";
  if (value >= 0.75) return "Another start finds nearly the same topics.";
  return value >= 0.5
    ? "Another start finds most of them again."
    : "Another start groups differently: take borders with care.";
};

const measures = ({ quality, points }: Analysis): readonly Measure[] =>
  quality === null
    ? []
    : [
        {
          label: "Silhouette",
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
          says: "Mean cosine of a message to its topic's centre.",
        },
        {
          label: "Belong to no topic",
          value: points === 0 ? percent(0) : percent(quality.outliers / points),
          says: `${count(quality.outliers)} of ${count(points)} are like nothing else and were not forced in.`,
        },
        {
          label: "Map",
          value: number(quality.trustworthiness),
          says: "Share of neighbours on the map that are neighbours in meaning.",
        },
      ];

const chosenBy = {
  criterion: "chosen by the criterion",
  person: "set by hand",
  carried: "carried over from the analysis before",
} as const;

function Why({ quality }: { readonly quality: NonNullable<Analysis["quality"]> }) {
  const { k } = quality;
  return (
    <div>
      <Title order={3} mb={2}>
        Why {k.chosen} topics?
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {k.chosen} were {chosenBy[k.by]}
        {k.tried.length > 1 && k.by === "criterion" && `, out of ${k.tried.length} numbers tried`}.{" "}
        {k.by === "criterion" ? `${k.criterion}.` : `Found afresh it would be: ${k.criterion}.`}
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

/** What no language model gets to see. */
function Mask({ mask, onMask }: MaskProps) {
  return (
    <Stack gap={10} pl={30} maw={460}>
      <Checkbox.Group
        label="Masked before anything is sent"
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
        label="And these words and names"
        placeholder={mask.words.length === 0 ? "Type one, then Enter" : ""}
        maxTags={500}
        clearable
        clearButtonProps={{ "aria-label": "Mask none of these" }}
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
          Change how topics are made
        </Title>
        <Text size="sm" c="dimmed">
          Grouping afresh looks at everything again. Topics that come out alike keep their names,
          their colours and your changes.
        </Text>
      </div>
      <div>
        <Text size="sm" fw={560} mb={4} id="how-many">
          How many topics
        </Text>
        <Group gap="xs">
          <SegmentedControl
            aria-labelledby="how-many"
            value={settings.k === null ? "auto" : "own"}
            data={[
              { value: "auto", label: "Find out" },
              { value: "own", label: "Set" },
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
          What is grouped
        </Text>
        <SegmentedControl
          aria-labelledby="what-unit"
          value={settings.unit}
          data={[
            { value: "chunk", label: "Messages" },
            { value: "conversation", label: "Conversations" },
          ]}
          onChange={(unit) => change({ unit: unit === "conversation" ? unit : "chunk" })}
        />
      </div>
      <Stack gap={8}>
        <Checkbox
          label="Analyse by itself after each import"
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
          Group afresh
        </Button>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          Save for later runs
        </Button>
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {busy && "An analysis is on its way."}
        {!busy && save.isSuccess && "Saved."}
        {error && `${describeError(error).detail} ${describeError(error).hint ?? ""}`}
      </Text>
    </Stack>
  );
}

function Run({ analysis }: { readonly analysis: Analysis }) {
  const now = useNow();
  const seconds = analysis.steps.reduce((sum, step) => sum + step.seconds, 0);
  const { llm, finishedAt } = analysis;
  return (
    <div>
      <Title order={3} mb={2}>
        The last run
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {counted(analysis.messages, "message")} of version {analysis.version}
        {seconds > 0 && ` in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`}
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
            <dd className="tabular">{step.seconds.toFixed(1)} s</dd>
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
  if (!analysis) return null;
  return (
    <div>
      <VisuallyHidden component="h2">How good the topics are</VisuallyHidden>
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
          {analysis.quality && <Why quality={analysis.quality} />}
          <Run analysis={analysis} />
        </Stack>
        <Controls collection={collection} analysis={analysis} />
      </div>
    </div>
  );
}
