// The teams of the organization: their members, a new one, changes, deletion.
import { Button, Skeleton } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteTeam, peopleQuery, teamsQuery } from "../api/organization.ts";
import { AboutScim, KeptByScim } from "../ui/organization/kept-by-scim.tsx";
import { type Team, TeamForm } from "../ui/organization/team-form.tsx";
import { Confirm } from "../ui/parts/confirm.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { Face } from "../ui/people/face.tsx";

type Asked = { readonly kind: "new" } | { readonly kind: "change" | "delete"; readonly team: Team };

/** Beside the name of a team; all are named below it. */
const mostFaces = 8;

interface RowProps {
  readonly team: Team;
  readonly onAsk: (asked: Asked) => void;
}

function TeamRow({ team, onAsk }: RowProps) {
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          {team.name}
          {team.keptByScim && <KeptByScim />}
          {team.members.length > 0 && (
            <span className="faces">
              {team.members.slice(0, mostFaces).map(({ id, name }) => (
                <Face key={id} id={id} name={name} size={24} />
              ))}
            </span>
          )}
        </span>
        <span className="row-sub">
          {team.members.length === 0
            ? "No members"
            : team.members.map(({ name }) => name).join(", ")}
        </span>
      </div>
      <div className="row-acts">
        <Button
          variant="default"
          size="xs"
          aria-label={`Change the team ${team.name}`}
          onClick={() => onAsk({ kind: "change", team })}
        >
          Change
        </Button>
        <Button
          variant="default"
          size="xs"
          aria-label={`Delete the team ${team.name}`}
          onClick={() => onAsk({ kind: "delete", team })}
        >
          Delete
        </Button>
      </div>
    </li>
  );
}

export function TeamsPage() {
  useTitle("Teams");
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const { data, error, refetch } = useQuery(teamsQuery);
  const close = () => setAsked(undefined);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Section
      title="Teams"
      about="A collection that is shared with a team can be opened by all its members."
      action={
        <Button size="xs" onClick={() => setAsked({ kind: "new" })}>
          New team
        </Button>
      }
    >
      {data === undefined && <Skeleton h={150} radius="lg" aria-busy="true" />}
      {data?.length === 0 && (
        <EmptyState icon={<IconUsers size={36} stroke={1.3} aria-hidden />} title="No teams">
          Make a team of those who work on the same collections.
        </EmptyState>
      )}
      {data !== undefined && data.length > 0 && (
        <ul className="card rows" aria-label="Teams">
          {data.map((team) => (
            <TeamRow key={team.id} team={team} onAsk={setAsked} />
          ))}
        </ul>
      )}
      {asked?.kind === "new" && <TeamForm onClose={close} />}
      {asked?.kind === "change" && <TeamForm of={asked.team} onClose={close} />}
      {asked?.kind === "delete" && (
        <Confirm
          title={`Delete the team ${asked.team.name}?`}
          button="Delete"
          isDangerous
          send={() => deleteTeam(asked.team.id)}
          onDone={async () => {
            void client.invalidateQueries({ queryKey: peopleQuery.queryKey });
            await client.invalidateQueries({ queryKey: teamsQuery.queryKey });
            close();
          }}
          onClose={close}
        >
          <AboutScim isKept={asked.team.keptByScim}>
            Its members stay in the organization. What was shared with the team is no longer open to
            them, unless it is shared with them in another way.
          </AboutScim>
        </Confirm>
      )}
    </Section>
  );
}
