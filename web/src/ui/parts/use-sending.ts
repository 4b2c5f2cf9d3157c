// Sends what a form holds. A refusal that is about one field is said beside it, and the field takes the focus.
import type { UseFormReturnType } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { ProblemError } from "../../api/plain-request.ts";

/** The code of a refusal → the field that it is about. */
type Fields<V> = Readonly<Record<string, keyof V & string>>;

export interface Sending<V, A> {
  readonly send: (values: V) => Promise<A>;
  readonly onDone?: (answer: A, values: V) => unknown;
  readonly fields?: Fields<V>;
}

const fieldOf = <V extends Record<string, unknown>>(
  form: UseFormReturnType<V>,
  error: unknown,
  fields: Fields<V>,
): (keyof V & string) | undefined => {
  if (!(error instanceof ProblemError)) return undefined;
  const { code, data } = error.problem;
  if (Object.hasOwn(fields, code)) return fields[code];
  // The server may say it by itself.
  const named = data?.["field"];
  return typeof named === "string" && Object.hasOwn(form.getValues(), named) ? named : undefined;
};

/** Says a refusal beside the field that it is about, which takes the focus. False where it is about none. */
export const isSaidBeside = <V extends Record<string, unknown>>(
  form: UseFormReturnType<V>,
  error: unknown,
  fields: Fields<V> = {},
): boolean => {
  const field = fieldOf(form, error, fields);
  if (field === undefined || !(error instanceof ProblemError)) return false;
  const { detail, hint } = error.problem;
  form.setFieldError(field, [detail, hint].filter(Boolean).join(" "));
  form.getInputNode(field)?.focus();
  return true;
};

export const useSending = <V extends Record<string, unknown>, A>(
  form: UseFormReturnType<V>,
  { send, onDone, fields = {} }: Sending<V, A>,
) => {
  const sending = useMutation({
    mutationFn: send,
    onSuccess: (answer, values) => onDone?.(answer, values),
    onError: (error) => {
      isSaidBeside(form, error, fields);
    },
  });
  return {
    onSubmit: form.onSubmit(
      (values) => sending.mutate(values),
      (errors) => form.getInputNode(Object.keys(errors)[0] ?? "")?.focus(),
    ),
    isPending: sending.isPending,
    isDone: sending.isSuccess,
    /** A refusal that is about no field. */
    error: fieldOf(form, sending.error, fields) === undefined ? sending.error : null,
  };
};
