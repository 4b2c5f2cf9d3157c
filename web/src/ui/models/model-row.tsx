// An embedding model of the server: what it is, how far it is fetched, and what can be done with it.
import { ActionIcon, Badge, Menu, Progress } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ModelTest, RegisteredModel } from "#services/contract/models.ts";
import { size } from "#services/domain/size.ts";
import {
  addModel,
  makeModelDefault,
  measureModel,
  removeModel,
  testModel,
} from "../../api/models.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";

const origins = {
  shipped: "comes with Parlance",
  settings: "named by PARLANCE_EMBEDDING_MODEL",
  folder: "a folder of the server",
  hub: "from the hub",
} as const;

const factsOf = ({ source, facts, speed, collections }: RegisteredModel): string =>
  [
    origins[source],
    ...(facts === null
      ? []
      : [
          `${count(facts.dim)} dimensions`,
          `${count(facts.maxTokens)} tokens at most`,
          facts.licence ?? "licence not said",
          ...(facts.bytes === null ? [] : [size(facts.bytes)]),
        ]),
    ...(speed === null ? [] : [`${count(Math.round(speed.textsPerSecond))} texts a second here`]),
    ...(collections === null ? [] : [counted(collections, "collection")]),
  ].join(" · ");

function Fetched({ model }: { readonly model: RegisteredModel }) {
  const { doneBytes, totalBytes } = model;
  const share = totalBytes === 0 ? 0 : (100 * doneBytes) / totalBytes;
  return (
    <span className="row-sub">
      <Progress value={share} size="sm" mt={4} mb={4} aria-label={`Fetching ${model.id}`} />
      {totalBytes === 0 ? "asking the hub" : `${size(doneBytes)} of ${size(totalBytes)}`}
    </span>
  );
}

const said = ({ ok, checks }: ModelTest): string =>
  ok
    ? `The test passed: ${counted(checks.length, "check")}.`
    : checks
        .filter((check) => !check.ok)
        .map(({ what, detail }) => `Failed: ${what} (${detail}).`)
        .join(" ");

export interface ModelRowProps {
  readonly model: RegisteredModel;
  /** Whether the default can be chosen here, and not only by the settings. */
  readonly mayChoose: boolean;
  readonly onChanged: () => void;
}

export function ModelRow({ model, mayChoose, onChanged }: ModelRowProps) {
  const { id, state, problem, isDefault, source } = model;
  const [isRemoving, setIsRemoving] = useState(false);
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (act: () => Promise<string>) => act(),
    onSuccess: onChanged,
  });
  const isReady = state === "ready";
  const isOwn = source === "folder" || source === "hub";
  const acts: readonly (readonly [label: string, act: () => Promise<string>])[] = [
    ...(isReady && mayChoose && !isDefault
      ? ([
          [
            "Use for new collections",
            async () => {
              await makeModelDefault(id);
              return "New collections get it from now on.";
            },
          ],
        ] as const)
      : []),
    ...(isReady
      ? ([
          ["Test", async () => said(await testModel(id))],
          [
            "Measure its speed",
            async () => `${count((await measureModel(id)).textsPerSecond)} texts a second.`,
          ],
        ] as const)
      : []),
    ...(state === "failed"
      ? ([
          [
            "Try again",
            async () => {
              await addModel(model.place ?? id);
              return "";
            },
          ],
        ] as const)
      : []),
  ];
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          {id}
          {isDefault && (
            <Badge variant="light" size="sm" tt="none">
              for new collections
            </Badge>
          )}
          {state === "failed" && (
            <Badge variant="light" color="red" size="sm" tt="none">
              failed
            </Badge>
          )}
        </span>
        <span className="row-sub">{factsOf(model)}</span>
        {state === "fetching" && <Fetched model={model} />}
        {problem !== null && <span className="row-sub">{problem}</span>}
        {isPending && <span className="row-sub">One moment …</span>}
        {!isPending && data !== undefined && data !== "" && (
          <span className="row-sub" role="status">
            {data}
          </span>
        )}
        <ActionError error={error} />
      </div>
      <div className="row-acts">
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`What to do with ${id}`}
              loading={isPending}
              disabled={acts.length === 0 && !isOwn}
            >
              <IconDots size={18} stroke={1.7} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {acts.map(([label, act]) => (
              <Menu.Item key={label} onClick={() => mutate(act)}>
                {label}
              </Menu.Item>
            ))}
            {isOwn && (
              <Menu.Item color="red" onClick={() => setIsRemoving(true)}>
                Remove …
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </div>
      {isRemoving && (
        <Confirm
          title={`Remove ${id}?`}
          button="Remove"
          isDangerous
          send={() => removeModel(id)}
          onDone={() => {
            setIsRemoving(false);
            onChanged();
          }}
          onClose={() => setIsRemoving(false)}
        >
          {source === "hub"
            ? "Its files are deleted from the server; it can be fetched again."
            : "Its folder stays as it is."}{" "}
          A model that collections use cannot be removed.
        </Confirm>
      )}
    </li>
  );
}
