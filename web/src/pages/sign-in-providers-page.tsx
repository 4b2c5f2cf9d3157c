// Where people may sign in, for whoever runs the server: providers and a directory, which are added, tested and changed here; who may register.
import { Button, Menu, Skeleton, Stack, Text } from "@mantine/core";
import { IconChevronDown, IconLogin2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { signInProviderList } from "#services/contract/sign-in-providers.ts";
import { signInProvidersQuery } from "../api/sign-in-providers.ts";
import { type SignInProduct, signInProducts } from "../shape/words/sign-in-kinds.ts";
import { ProviderForm } from "../ui/organization/provider-form.tsx";
import { ProviderRow } from "../ui/organization/provider-row.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";

type All = z.infer<typeof signInProviderList>;

const registrationText = ({ registration }: All): string => {
  if (registration === null) return "Nobody makes an account without an invitation.";
  const { domains } = registration;
  return domains.length === 0
    ? "Anybody with an e-mail address may make an account."
    : `Whoever has an e-mail address at ${domains.join(", ")} may make an account.`;
};

function Providers({ all }: { readonly all: All }) {
  if (all.providers.length === 0)
    return (
      <EmptyState
        icon={<IconLogin2 size={36} stroke={1.3} aria-hidden />}
        title="Passwords of this server only"
      >
        Add the provider where your people have an account already.
      </EmptyState>
    );
  return (
    <ul className="card rows" aria-label="Sign-in providers">
      {all.providers.map((one) => (
        <ProviderRow key={`${one.source} ${one.id}`} of={one} redirectUri={all.redirectUri} />
      ))}
    </ul>
  );
}

export function SignInProvidersPage() {
  useTitle("Sign-in");
  const [adding, setAdding] = useState<SignInProduct>();
  const { data, error, refetch } = useQuery(signInProvidersQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  return (
    <Stack gap={44}>
      <Section
        title="Sign-in providers"
        about="Where people sign in instead of with a password of this server. It holds for all organizations, within seconds."
        action={
          data && (
            <Menu position="bottom-end" shadow="md">
              <Menu.Target>
                <Button size="xs" rightSection={<IconChevronDown size={14} aria-hidden />}>
                  Add a provider
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {signInProducts
                  // There is one directory at most.
                  .filter(
                    ({ kind }) =>
                      kind !== "ldap" || !data.providers.some((one) => one.kind === "ldap"),
                  )
                  .map((product) => (
                    <Menu.Item key={product.label} onClick={() => setAdding(product)}>
                      {product.label}
                    </Menu.Item>
                  ))}
              </Menu.Dropdown>
            </Menu>
          )
        }
      >
        {data === undefined ? (
          <Skeleton h={180} radius="lg" aria-busy="true" />
        ) : (
          <Providers all={data} />
        )}
      </Section>
      {data && (
        <Section title="Registration">
          <Text size="sm">{registrationText(data)}</Text>
          <Text size="sm" c="dimmed" mt={4}>
            Set by PARLANCE_REGISTRATION on the server.
          </Text>
        </Section>
      )}
      {adding && data && (
        <ProviderForm
          of={adding}
          redirectUri={data.redirectUri}
          onClose={() => setAdding(undefined)}
        />
      )}
    </Stack>
  );
}
