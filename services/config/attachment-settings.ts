// The settings of files in exports: whether they are kept, and how large they may be.
import { z } from "zod";

export const attachmentShape = {
  /** Whether files of messages are kept, where an upload contains them and its collection does not say it. */
  PARLANCE_KEEP_ATTACHMENTS: z.enum(["always", "never"]).default("always"),
  /** Bytes that a file of a message may have to be kept. */
  PARLANCE_MAX_ATTACHMENT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(25 * 1024 ** 2),
  /** Bytes of all files of messages that are kept of one upload. */
  PARLANCE_MAX_ATTACHMENTS_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(5 * 1024 ** 3),
};

export interface AttachmentConfig {
  /** Of collections that do not say it themselves. */
  readonly keep: "always" | "never";
  /** Of one file. */
  readonly maxBytes: number;
  /** Of all files of one upload. */
  readonly maxBytesTogether: number;
}

export const attachmentConfigOf = (
  set: z.infer<z.ZodObject<typeof attachmentShape>>,
): AttachmentConfig => ({
  keep: set.PARLANCE_KEEP_ATTACHMENTS,
  maxBytes: set.PARLANCE_MAX_ATTACHMENT_BYTES,
  maxBytesTogether: set.PARLANCE_MAX_ATTACHMENTS_BYTES,
});
