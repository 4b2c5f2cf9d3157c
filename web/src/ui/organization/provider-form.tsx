// The dialog that adds a sign-in provider or changes one: what to do in its console, what is told here, and a test before it is saved.
import { Button, Collapse, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  addressFields,
  type SignInKind,
  type SignInProvider,
} from "#services/contract/sign-in-providers.ts";
import { ProblemError } from "../../api/plain-request.ts";
import {
  addProvider,
  patchProvider,
  signInProvidersQuery,
  testNewProvider,
  testProvider,
} from "../../api/sign-in-providers.ts";
import type { SignInProduct } from "../../shape/words/sign-in-kinds.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { SecretLine } from "../parts/secret-line.tsx";
import { isSaidBeside, useSending } from "../parts/use-sending.ts";
import { type FormValues, firstValues, providerFields, toldValues } from "./provider-fields.ts";
import { ProviderInput } from "./provider-input.tsx";
import { ProviderTest } from "./provider-test.tsx";

/** The name on the button as an id, where it can be one. */
const idOf = (name: string): string =>
  name
    .toLowerCase()
    .normalize("NFD")
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "")
    .slice(0, 40);

interface HelpProps {
  readonly steps: readonly string[];
  /** Undefined where nobody is sent there. */
  readonly redirectUri: string | undefined;
}

function Help({ steps, redirectUri }: HelpProps) {
  return (
    <Stack gap="sm">
      <Text size="sm" fw={560}>
        What to do first
      </Text>
      <List type="ordered" size="sm" spacing={4}>
        {steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
      {redirectUri !== undefined && <SecretLine label="Redirect address" value={redirectUri} />}
    </Stack>
  );
}

export interface ProviderFormProps {
  /** A new one of this product, or one to change. */
  readonly of: SignInProduct | SignInProvider;
  /** With {id} for the id; null where it is not set how people reach the server. */
  readonly redirectUri: string | null;
  readonly onClose: () => void;
}

const isNew = (of: SignInProduct | SignInProvider): of is SignInProduct => "steps" in of;

interface Saved {
  readonly kind: SignInKind;
  readonly of: SignInProduct | SignInProvider;
}

/** Refusals that name people: those who could not sign in any more, and those who could again. */
const aboutPeople: ReadonlySet<string> = new Set(["locks-out", "knows-people"]);

/** A secret that is kept is not sent to another address. */
const isMoved = (of: SignInProvider, values: FormValues): boolean => {
  const first = firstValues(of.kind, of);
  return addressFields.some((field) => String(values[field]).trim() !== String(first[field]));
};

/** @param confirmed whoever saves it was told how many people it is about */
const save = ({ kind, of }: Saved, values: FormValues, confirmed: boolean) =>
  isNew(of)
    ? addProvider({
        ...{ id: values.id.trim(), kind, ...toldValues(kind, values) },
        ...(confirmed ? { confirmed } : {}),
      })
    : patchProvider(of.id, {
        ...toldValues(kind, values, of.settings),
        ...(confirmed ? { confirmed } : {}),
      });

export function ProviderForm({ of, redirectUri, onClose }: ProviderFormProps) {
  const client = useQueryClient();
  const [isMore, more] = useDisclosure(false);
  const [isTold, setTold] = useState(false);
  const { kind } = of;
  const fields = providerFields[kind];
  const form = useForm<FormValues>({
    initialValues: firstValues(kind, isNew(of) ? { ...of, settings: {} } : of),
    validate: {
      name: (name) => (name.trim() === "" ? "It needs a name, for its button." : null),
      id: (id) =>
        /^[a-z0-9][a-z0-9-]{0,39}$/u.test(id.trim())
          ? null
          : "Small letters, digits and hyphens, 40 at most.",
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: (values) =>
      save({ kind, of }, values, isTold).catch((refusal: unknown) => {
        setTold(refusal instanceof ProblemError && aboutPeople.has(refusal.problem.code));
        throw refusal;
      }),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: signInProvidersQuery.queryKey });
      onClose();
    },
    fields: { "provider-exists": "id" },
  });
  const { id } = form.getValues();
  const input = (field: (typeof fields)[number]) => (
    <ProviderInput
      key={field.name}
      field={field}
      form={form}
      secret={
        isNew(of) || !of.secrets.includes(field.name)
          ? "none"
          : isMoved(of, form.getValues())
            ? "asked again"
            : "kept"
      }
      placeholder={field.name === "issuer" && isNew(of) ? of.issuer : undefined}
    />
  );
  const seldom = fields.filter(({ isSeldom }) => isSeldom);
  // What was refused has to be seen.
  const showsMore = isMore || seldom.some(({ name }) => form.errors[name] !== undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={isNew(of) ? `Add ${of.label}` : `Edit ${of.name}`}
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          {isNew(of) && (
            <Help
              steps={of.steps}
              redirectUri={
                kind === "ldap" ? undefined : redirectUri?.replace("{id}", id.trim() || "ID")
              }
            />
          )}
          {!isNew(of) && of.redirectUri !== null && (
            <SecretLine label="Redirect address" value={of.redirectUri} />
          )}
          <TextInput
            label="Name"
            description={kind === "ldap" ? "As the audit log names it." : "On its button."}
            autoComplete="off"
            maxLength={60}
            data-autofocus
            {...form.getInputProps("name")}
            onChange={({ currentTarget: { value } }) => {
              const follows = isNew(of) && kind !== "ldap" && id === idOf(form.getValues().name);
              form.setFieldValue("name", value);
              if (follows) form.setFieldValue("id", idOf(value));
            }}
          />
          {isNew(of) && kind !== "ldap" && (
            <TextInput
              label="ID"
              description="In its addresses; it never changes."
              autoComplete="off"
              spellCheck={false}
              maxLength={40}
              {...form.getInputProps("id")}
            />
          )}
          {fields.filter(({ isSeldom }) => !isSeldom).map(input)}
          {seldom.length > 0 && (
            <>
              <Button
                variant="subtle"
                size="compact-sm"
                type="button"
                aria-expanded={showsMore}
                onClick={more.toggle}
                ml={-8}
                style={{ alignSelf: "flex-start" }}
              >
                {showsMore ? "Less" : "More"}
              </Button>
              <Collapse expanded={showsMore}>
                <Stack gap="md">{seldom.map(input)}</Stack>
              </Collapse>
            </>
          )}
          <ProviderTest
            isDirectory={kind === "ldap"}
            send={(sample) => {
              const told = toldValues(kind, form.getValues(), isNew(of) ? {} : of.settings);
              const looked = sample === undefined ? {} : { sample };
              const tested = isNew(of)
                ? testNewProvider({ id: id.trim(), kind, ...told, ...looked })
                : testProvider(of.id, {
                    settings: told.settings,
                    secrets: told.secrets,
                    ...looked,
                  });
              return tested.catch((refusal: unknown): undefined => {
                if (!isSaidBeside(form, refusal)) throw refusal;
              });
            }}
          />
          <FormError error={error} />
          {redirectUri === null && kind !== "ldap" && (
            <Text size="sm" c="dimmed">
              Set PARLANCE_PUBLIC_URL first: providers send people back to an address that they were
              told before.
            </Text>
          )}
          <FormButtons onCancel={onClose} isPending={isPending} isDangerous={isTold}>
            {(isNew(of) ? "Add it" : isTold ? "Save it" : "Save") + (isTold ? " all the same" : "")}
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
