// Whether the organization keeps what is searched for: a switch that asks before what was kept is deleted.
import { Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { organizationQuery, patchOrganization } from "../../api/organization.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Section } from "../parts/section.tsx";

export function SearchTexts({ isKept }: { readonly isKept: boolean }) {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const keep = async (keepsSearchTexts: boolean) => {
    const saved = await patchOrganization({ keepsSearchTexts });
    client.setQueryData(organizationQuery.queryKey, saved);
    void client.invalidateQueries({ queryKey: ["organization", "searches"] });
    void client.invalidateQueries({ queryKey: ["organization", "audit"] });
  };
  const turnOn = useMutation({ mutationFn: () => keep(true) });
  return (
    <Section
      title="Searches"
      about="How often is always counted. What is searched for tells much about people, also without their names: tell them before you keep it."
    >
      <Switch
        label="Keep what is searched for"
        description="By day and without names; not of those who do not want to be counted."
        checked={isKept}
        disabled={turnOn.isPending}
        onChange={(event) => (event.currentTarget.checked ? turnOn.mutate() : setIsAsking(true))}
      />
      <ActionError error={turnOn.error} />
      {isAsking && (
        <Confirm
          title="Keep no texts of searches?"
          button="Delete what was kept"
          isDangerous
          send={() => keep(false)}
          onDone={() => setIsAsking(false)}
          onClose={() => setIsAsking(false)}
        >
          What was kept so far is deleted. How often is searched stays counted.
        </Confirm>
      )}
    </Section>
  );
}
