// The dialog that makes a shared link: for how long, with or without a password; then the link, shown this once.
import {
  Button,
  Checkbox,
  Group,
  NumberInput,
  PasswordInput,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { z } from "zod";
import type { madeShare, shareTarget } from "#services/contract/shares.ts";
import { ProblemError } from "../../api/plain-request.ts";
import { makeShare, sharesQuery } from "../../api/shares.ts";
import { shareLabels, shareTexts } from "../../shape/words/shares.ts";
import { date } from "../../shape/words/times.ts";
import { FormButtons } from "../parts/form-buttons.tsx";
import { FormError } from "../parts/form-error.tsx";
import { useNow } from "../parts/now.ts";
import { OnceDialog, ShownOnce } from "../parts/once-dialog.tsx";
import { useSending } from "../parts/use-sending.ts";

type Made = z.infer<typeof madeShare>;

const dayMs = 86_400_000;
const fewestCharacters = 8;

export interface ShareDialogProps {
  readonly collection: string;
  readonly target: z.input<typeof shareTarget>;
  readonly onClose: () => void;
}

interface FormProps extends ShareDialogProps {
  readonly onMade: (made: Made) => void;
}

const isDays = (days: number | string): days is number =>
  typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= 365;

function ShareForm({ collection, target, onMade, onClose }: FormProps) {
  const client = useQueryClient();
  const now = useNow();
  const form = useForm({
    initialValues: { days: 30 as number | string, password: "", examples: false },
    validate: {
      days: (days) => (isDays(days) ? null : "A link works for 1 to 365 days."),
      password: (password) =>
        password !== "" && password.length < fewestCharacters
          ? `It needs at least ${fewestCharacters} characters.`
          : null,
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ days, password, examples }) =>
      makeShare(collection, {
        target: target.kind === "topic" ? { ...target, examples } : target,
        days: Number(days),
        ...(password === "" ? {} : { password }),
      }),
    onDone: (made) => {
      void client.invalidateQueries({ queryKey: sharesQuery(collection).queryKey });
      onMade(made);
    },
  });
  const { days } = form.values;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Text size="sm">{shareTexts[target.kind]}</Text>
        {target.kind === "topic" && (
          <Checkbox
            label="Also show a few of its messages"
            {...form.getInputProps("examples", { type: "checkbox" })}
          />
        )}
        <NumberInput
          label="It works for"
          description={isDays(days) ? `Until ${date(now + days * dayMs)}.` : "From 1 to 365 days."}
          suffix={days === 1 ? " day" : " days"}
          min={1}
          max={365}
          allowDecimal={false}
          allowNegative={false}
          data-autofocus
          {...form.getInputProps("days")}
        />
        <PasswordInput
          label="Password (optional)"
          description="It is asked for as well. Do not send it with the link."
          autoComplete="new-password"
          maxLength={200}
          visibilityToggleButtonProps={{ "aria-label": "Show or hide the password" }}
          {...form.getInputProps("password")}
        />
        <FormError error={error} />
        <FormButtons onCancel={onClose} isPending={isPending}>
          Make the link
        </FormButtons>
      </Stack>
    </form>
  );
}

const isNotAllowed = (error: unknown) =>
  error instanceof ProblemError && error.problem.code === "not-allowed";

function NotAllowed({ onClose }: Pick<ShareDialogProps, "onClose">) {
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        Only those who manage this collection share parts of it. Ask one of them to make the link,
        or to let you manage the collection.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

function MadeLink({
  made,
  collection,
  onClose,
}: Omit<FormProps, "target" | "onMade"> & { readonly made: Made }) {
  return (
    <ShownOnce
      about="This is the only time that the link is shown. Copy it now."
      label="Link"
      value={made.link}
      onClose={onClose}
    >
      It works until {date(made.share.expiresAt)}
      {made.share.hasPassword && ", with the password that you gave"}. You can withdraw it in the{" "}
      <Link
        to="/c/$collection/settings"
        params={{ collection }}
        className="text-link"
        onClick={onClose}
      >
        settings of the collection
      </Link>
      .
    </ShownOnce>
  );
}

export function ShareDialog({ collection, target, onClose }: ShareDialogProps) {
  const [made, setMade] = useState<Made>();
  // Asked before the form is filled in: whoever may not see the links may not make one either.
  const known = useQuery(sharesQuery(collection));
  const label = shareLabels[target.kind].toLowerCase();
  return (
    <OnceDialog
      title={made === undefined ? `Share this ${label}` : `A link to this ${label}`}
      isMade={made !== undefined}
      onClose={onClose}
    >
      {made !== undefined && <MadeLink made={made} collection={collection} onClose={onClose} />}
      {made === undefined && known.isPending && <Skeleton h={210} aria-busy="true" />}
      {made === undefined && isNotAllowed(known.error) && <NotAllowed onClose={onClose} />}
      {made === undefined && !known.isPending && !isNotAllowed(known.error) && (
        <ShareForm collection={collection} target={target} onMade={setMade} onClose={onClose} />
      )}
    </OnceDialog>
  );
}
