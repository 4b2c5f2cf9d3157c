// The dialog that sets how much an organization may use: a limit of its own, any number, or what the server's settings say.
import { Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import {
  limitText,
  quotaNames,
  quotaTitles,
  readLimit,
  usedText,
} from "#services/contract/quota-words.ts";
import type {
  OrganizationQuotas,
  Quota,
  QuotaName,
  QuotasPatch,
} from "#services/contract/quotas.ts";
import { organizationsQuery, patchQuotas } from "../../api/organizations.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";

type How = "server" | "any" | "own";
type Values = Record<`${QuotaName}How`, How> & Record<QuotaName, string>;

const howOf = ({ own }: Quota): How => (own === null ? "server" : own === 0 ? "any" : "own");

const valuesOf = (quotas: OrganizationQuotas): Values =>
  Object.fromEntries(
    quotaNames.flatMap((name) => {
      const { own } = quotas[name];
      return [
        [`${name}How`, howOf(quotas[name])],
        [name, own === null || own === 0 ? "" : limitText(name, own)],
      ];
    }),
  ) as Values;

const patchOf = (values: Values): QuotasPatch =>
  Object.fromEntries(
    quotaNames.map((name) => {
      const how = values[`${name}How`];
      return [name, how === "server" ? null : how === "any" ? 0 : readLimit(name, values[name])];
    }),
  );

const errorOf = (name: QuotaName, values: Values): string | null =>
  values[`${name}How`] !== "own" || readLimit(name, values[name]) !== undefined
    ? null
    : name === "storedBytes"
      ? "Write a size, such as 10 GB."
      : "Write a number from 1 on.";

export interface QuotaFormProps {
  readonly of: { readonly id: string; readonly name: string; readonly quotas: OrganizationQuotas };
  readonly onClose: () => void;
}

export function QuotaForm({ of, onClose }: QuotaFormProps) {
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: valuesOf(of.quotas),
    validate: (values) =>
      Object.fromEntries(quotaNames.map((name) => [name, errorOf(name, values)])),
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: (values) => patchQuotas(of.id, patchOf(values)),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`What ${of.name} may use`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          {quotaNames.map((name) => {
            const { server, limit, used } = of.quotas[name];
            return (
              <Stack key={name} gap={6}>
                <NativeSelect
                  label={quotaTitles[name]}
                  description={
                    used === null ? undefined : `Used now: ${usedText(name, { limit, used })}.`
                  }
                  data={[
                    {
                      value: "server",
                      label: `As the server's settings say: ${limitText(name, server)}`,
                    },
                    { value: "any", label: "Any number" },
                    { value: "own", label: "At most" },
                  ]}
                  {...form.getInputProps(`${name}How`)}
                />
                {form.getValues()[`${name}How`] === "own" && (
                  <TextInput
                    aria-label={`${quotaTitles[name]}: at most`}
                    placeholder={name === "storedBytes" ? "10 GB" : "1,000"}
                    inputMode={name === "storedBytes" ? "text" : "numeric"}
                    autoComplete="off"
                    maxLength={30}
                    {...form.getInputProps(name)}
                  />
                )}
              </Stack>
            );
          })}
          <FormError error={error} />
          <FormButtons onCancel={onClose} isPending={isPending}>
            Save
          </FormButtons>
        </Stack>
      </form>
    </Modal>
  );
}
