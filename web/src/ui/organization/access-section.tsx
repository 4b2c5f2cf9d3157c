// Who may open a collection: everybody in the organization, or those who are named, with what each may do.
import { ActionIcon, Button, Group, Radio, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconUsers, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import {
  type AccessLevel,
  accessLevel,
  accessLevels,
  type collectionAccess,
} from "#services/contract/organizations.ts";
import { accessQuery, peopleQuery, putAccess } from "../../api/organization.ts";
import { ProblemError } from "../../api/plain-request.ts";
import { levelTexts } from "../../shape/words/roles.ts";
import { useSession } from "../account/use-session.ts";
import { ActionError } from "../parts/action-error.tsx";
import { FormError } from "../parts/form-error.tsx";
import { Section } from "../parts/section.tsx";
import { Face } from "../people/face.tsx";

type Access = z.infer<typeof collectionAccess>;
type Grant = Access["grants"][number];

const keyOf = ({ kind, id }: Pick<Grant, "kind" | "id">) => `${kind}.${id}`;
const levels = accessLevels.map((value) => ({ value, label: levelTexts[value] }));
/** The value of the choice that nobody else may open it. */
const named = "named";

interface GrantRowProps {
  readonly of: Grant;
  readonly onLevel: (level: AccessLevel) => void;
  readonly onRemove: () => void;
}

function GrantRow({ of, onLevel, onRemove }: GrantRowProps) {
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          {of.kind === "team" ? (
            <IconUsers size={16} stroke={1.6} aria-label="Team" />
          ) : (
            <Face id={of.id} name={of.name} size={24} />
          )}
          {of.name}
        </span>
      </div>
      <div className="row-acts">
        <Select
          size="xs"
          w={124}
          aria-label={`What ${of.name} may do`}
          allowDeselect={false}
          data={levels}
          value={of.level}
          onChange={(level) => {
            const chosen = accessLevel.safeParse(level);
            if (chosen.success) onLevel(chosen.data);
          }}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove ${of.name}`}
          onClick={onRemove}
        >
          <IconX size={16} stroke={1.7} aria-hidden />
        </ActionIcon>
      </div>
    </li>
  );
}

interface AddGrantProps {
  readonly grants: readonly Grant[];
  readonly onAdd: (grant: Grant) => void;
}

function AddGrant({ grants, onAdd }: AddGrantProps) {
  const { data, error } = useQuery(peopleQuery);
  const all = [
    ...(data?.teams ?? []).map((one) => ({ kind: "team" as const, ...one })),
    ...(data?.people ?? []).map((one) => ({ kind: "user" as const, ...one })),
  ];
  const known = new Set(grants.map(keyOf));
  const offered = (kind: Grant["kind"]) =>
    all
      .filter((one) => one.kind === kind && !known.has(keyOf(one)))
      .map((one) => ({ value: keyOf(one), label: one.name }));
  return (
    <>
      <Select
        label="Add a person or a team"
        placeholder="Name"
        searchable
        // It is a button with a list: what was added is in the list above.
        value={null}
        comboboxProps={{ keepMounted: false }}
        nothingFoundMessage="Nobody of this name"
        data={[
          { group: "Teams", items: offered("team") },
          { group: "People", items: offered("user") },
        ].filter(({ items }) => items.length > 0)}
        onChange={(key) => {
          const added = all.find((one) => keyOf(one) === key);
          if (added) onAdd({ ...added, level: "read" });
        }}
      />
      <ActionError error={error} />
    </>
  );
}

function AccessForm({
  collection,
  access,
}: {
  readonly collection: string;
  readonly access: Access;
}) {
  const client = useQueryClient();
  const [everybody, setEverybody] = useState(access.everybody);
  const [grants, setGrants] = useState<readonly Grant[]>(access.grants);
  const [isChanged, setIsChanged] = useState(false);
  const save = useMutation({
    mutationFn: () =>
      putAccess(collection, {
        everybody,
        grants: grants.map(({ kind, id, level }) => ({ kind, id, level })),
      }),
    onSuccess: (saved) => {
      client.setQueryData(accessQuery(collection).queryKey, saved);
      setEverybody(saved.everybody);
      setGrants(saved.grants);
      setIsChanged(false);
    },
  });
  const change = (next: readonly Grant[]) => {
    setGrants(next);
    setIsChanged(true);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md">
        <Radio.Group
          label="Everybody in the organization"
          value={everybody ?? named}
          onChange={(value) => {
            setEverybody(value === "read" || value === "edit" ? value : null);
            setIsChanged(true);
          }}
        >
          <Stack gap={8} mt={6}>
            <Radio value={named} label="May not open it: only those who are named" />
            <Radio value="read" label="May read" />
            <Radio value="edit" label="May edit" description="Viewers may only read." />
          </Stack>
        </Radio.Group>
        {grants.length > 0 && (
          <ul className="card rows" aria-label="Named people and teams">
            {grants.map((one) => (
              <GrantRow
                key={keyOf(one)}
                of={one}
                onLevel={(level) =>
                  change(
                    grants.map((other) =>
                      keyOf(other) === keyOf(one) ? { ...other, level } : other,
                    ),
                  )
                }
                onRemove={() => change(grants.filter((other) => keyOf(other) !== keyOf(one)))}
              />
            ))}
          </ul>
        )}
        <AddGrant grants={grants} onAdd={(added) => change([...grants, added])} />
        <FormError error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!isChanged}>
            Save the access
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {save.isSuccess && !isChanged && "Saved."}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

const isNotAllowed = (error: unknown) =>
  error instanceof ProblemError && error.problem.status === 403;

/** Nothing where there are no accounts. */
export function AccessSection({ collection }: { readonly collection: string }) {
  const isSignedIn = useSession().kind === "signed-in";
  const { data, error, refetch } = useQuery({ ...accessQuery(collection), enabled: isSignedIn });
  if (!isSignedIn) return null;
  return (
    <Section
      title="Access"
      about="Who may open this collection. To edit is to import and to change topics and labels; to manage is also to change settings and access, and to delete it."
    >
      {data && <AccessForm key={collection} collection={collection} access={data} />}
      {!data && !error && <Skeleton h={160} radius="lg" aria-busy="true" />}
      {!data && isNotAllowed(error) && (
        <Text size="sm">Who may manage this collection can see and change it here.</Text>
      )}
      {!data && !isNotAllowed(error) && <ActionError error={error} retry={() => void refetch()} />}
    </Section>
  );
}
