// One upload: file, progress, result, and actions (cancel, try again, download, delete).
import { ActionIcon, Button, Group, Menu, Modal, Progress, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconColumns,
  IconDots,
  IconDownload,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  awaitsColumns,
  COLUMNS_UNKNOWN,
  isAtRest,
  isFileDeleted,
  isFileRefused,
  type Upload,
} from "#services/contract/uploads.ts";
import { size } from "#services/domain/size.ts";
import {
  cancelUpload,
  confirmUpload,
  deleteUpload,
  originalUrl,
  retryUpload,
} from "../../api/uploads.ts";
import { foundText } from "../../shape/words/cleaning.ts";
import { count, share, shortCount } from "../../shape/words/numbers.ts";
import { ago, fullTime, timeLeft } from "../../shape/words/times.ts";
import {
  doneShare,
  outcome,
  retryText,
  spaceText,
  stageName,
} from "../../shape/words/upload-progress.ts";
import { GuideLink } from "../formats/guide-link.tsx";
import { ActionError } from "../parts/action-error.tsx";
import { useDownload } from "../parts/download.ts";
import { lazyPart } from "../parts/lazy-part.tsx";
import { useNow } from "../parts/now.ts";
import { Stat } from "../parts/stat.tsx";
import { ImportReport } from "./import-report.tsx";
import { InspectionReport } from "./inspection-report.tsx";
import "./upload-card.css";

const ColumnDialog = lazyPart(
  () => import("./column-dialog.tsx").then((file) => file.ColumnDialog),
  { missing: "nothing" },
);

const hasTables = (upload: Upload): boolean =>
  !isFileDeleted(upload) &&
  (upload.source === "table" ||
    awaitsColumns(upload) ||
    upload.problems.some(({ code }) => code === COLUMNS_UNKNOWN));

export interface UploadCardProps {
  readonly upload: Upload;
  /** Whether it may be cancelled, tried again and deleted. */
  readonly mayEdit: boolean;
  readonly reportShown: boolean;
  readonly onReport: (shown: boolean) => void;
}

const useActions = (upload: Upload) => {
  const client = useQueryClient();
  const onSettled = () => {
    void client.invalidateQueries({ queryKey: ["uploads", upload.collection] });
    void client.invalidateQueries({ queryKey: ["collections"] });
  };
  const onRemoved = () => {
    onSettled();
    // The server hides the messages, and the analysis that read them, at once.
    void client.invalidateQueries({ queryKey: ["analysis", upload.collection] });
    void client.invalidateQueries({ queryKey: ["conversations", upload.collection] });
  };
  const put = (now: Upload) =>
    client.setQueryData<Upload[]>(["uploads", upload.collection], (known = []) =>
      known.map((one) => (one.id === now.id ? now : one)),
    );
  return {
    confirm: useMutation({ mutationFn: () => confirmUpload(upload), onSuccess: put, onSettled }),
    cancel: useMutation({ mutationFn: () => cancelUpload(upload.id), onSettled }),
    retry: useMutation({ mutationFn: () => retryUpload(upload.id), onSettled }),
    remove: useMutation({ mutationFn: () => deleteUpload(upload.id), onSettled: onRemoved }),
  };
};

/** The file of one that nobody confirmed in time is deleted; without other columns a table would only be refused again. */
const canBeRetried = (upload: Upload): boolean =>
  (upload.state === "failed" || upload.state === "cancelled") &&
  !isFileDeleted(upload) &&
  !awaitsColumns(upload);

/** What the collection's cleaning rules came to in it. */
function Cleaned({ upload }: { readonly upload: Upload }) {
  const { cleaned = [] } = upload;
  const isRefused = isFileRefused(upload);
  if (cleaned.length === 0 && !isRefused) return null;
  return (
    <Text size="sm" mt={8}>
      {cleaned.length > 0 && `${cleaned.map(foundText).join("; ")}. `}
      {isRefused && "The file is not kept: a message in it was refused."}
    </Text>
  );
}

function Live({ upload }: { readonly upload: Upload }) {
  const { progress } = upload;
  const done = doneShare(upload);
  const space = spaceText(upload);
  const retry = retryText(upload);
  return (
    <>
      <Progress
        mt={12}
        size={6}
        value={done * 100}
        aria-label={`${upload.filename}: ${stageName(upload.state)}`}
        transitionDuration={400}
      />
      <Group gap="0 16px" mt={8} fz="xs" c="dimmed" className="tabular">
        <span role="status">{stageName(upload.state)}</span>
        <span>{share(done, 1)}</span>
        {space !== undefined && <span>{space}</span>}
        {progress.rate !== null && <span>{shortCount(Math.round(progress.rate))} messages/s</span>}
        {progress.timeLeft !== null && <span>{timeLeft(progress.timeLeft)} left</span>}
      </Group>
      {retry !== undefined && (
        <div className="upload-retry" role="status">
          <Text size="sm" fw={560}>
            {retry}
          </Text>
          {upload.lastProblem && (
            <Text size="sm" c="dimmed">
              Last error: {upload.lastProblem}
            </Text>
          )}
        </div>
      )}
    </>
  );
}

function Figures({ upload }: { readonly upload: Upload }) {
  const { progress } = upload;
  return (
    <div
      className="upload-figures"
      title="Entries are messages and what stands between them: other branches, system prompts, thinking, tool messages, joins and leaves, which are kept but not counted as messages."
    >
      <Stat value={count(progress.conversations)} label="conversations" />
      <Stat value={count(progress.newMessages)} label="new entries" />
      <Stat value={count(progress.knownMessages)} label="known entries" />
      {progress.changedMessages > 0 && (
        <Stat value={count(progress.changedMessages)} label="changed entries" />
      )}
      <Stat value={count(progress.indexed)} label="indexed passages" />
      {upload.problemCount > 0 && <Stat value={count(upload.problemCount)} label="problems" />}
    </div>
  );
}

export function UploadCard({ upload, mayEdit, reportShown, onReport }: UploadCardProps) {
  const now = useNow();
  const { confirm, cancel, retry, remove } = useActions(upload);
  const original = useDownload(originalUrl(upload.id), upload.filename);
  const [asking, ask] = useDisclosure(false);
  const [choosing, choose] = useDisclosure(false);
  const live = !isAtRest(upload.state);
  const isUnconfirmed = upload.state === "unconfirmed";
  const failed = [confirm.error, cancel.error, retry.error, remove.error, original.error].find(
    (error) => error !== null,
  );
  return (
    <article className="card upload" aria-label={upload.filename}>
      <div className="upload-head">
        <div className="upload-name">
          <Text fw={580} className="clip" title={upload.filename}>
            {upload.filename}
          </Text>
          <Text size="xs" c="dimmed">
            {[upload.format, upload.bytes > 0 && size(upload.bytes)].filter(Boolean).join(" · ")} ·{" "}
            <time
              dateTime={new Date(upload.createdAt).toISOString()}
              title={fullTime(upload.createdAt)}
            >
              {ago(upload.createdAt, now)}
            </time>
            {!live && ` · ${stageName(upload.state)}`}
            {upload.state === "done" && `: ${outcome(upload)}`}
          </Text>
        </div>
        <div className="upload-actions">
          {live && mayEdit && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconPlayerStop size={15} aria-hidden />}
              loading={cancel.isPending}
              onClick={() => cancel.mutate()}
            >
              Cancel
            </Button>
          )}
          {mayEdit && canBeRetried(upload) && (
            <Button
              size="compact-sm"
              variant="light"
              leftSection={<IconRefresh size={15} aria-hidden />}
              loading={retry.isPending}
              onClick={() => retry.mutate()}
            >
              Try again
            </Button>
          )}
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`More for ${upload.filename}`}>
                <IconDots size={17} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {!isFileDeleted(upload) && (
                <Menu.Item
                  component="a"
                  {...original.props}
                  leftSection={<IconDownload size={16} aria-hidden />}
                >
                  Download the original file
                </Menu.Item>
              )}
              {mayEdit && !live && hasTables(upload) && (
                <Menu.Item
                  leftSection={<IconColumns size={16} aria-hidden />}
                  onClick={choose.open}
                >
                  Choose columns…
                </Menu.Item>
              )}
              {mayEdit && (
                <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={ask.open}>
                  Delete…
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      {live && <Live upload={upload} />}
      {((live && upload.state !== "inspecting") || reportShown) && <Figures upload={upload} />}
      {live && upload.progress.indexed > 0 && (
        <div className="upload-live">
          Indexed passages can be searched now.{" "}
          <Link
            to="/c/$collection/search"
            params={{ collection: upload.collection }}
            className="text-link"
          >
            Search
          </Link>
        </div>
      )}
      {upload.error && (
        <div className="upload-error" role="alert">
          <Text size="sm" fw={560}>
            {upload.error.message}
          </Text>
          {upload.error.hint && !awaitsColumns(upload) && (
            <Text size="sm" c="dimmed">
              {upload.error.hint}
            </Text>
          )}
          <Text size="sm" mt={4}>
            <GuideLink source={upload.source} />
          </Text>
          {mayEdit && awaitsColumns(upload) && (
            <Button size="compact-sm" mt={8} onClick={choose.open}>
              Choose columns
            </Button>
          )}
        </div>
      )}
      {upload.inspection != null && (
        <InspectionReport
          upload={upload}
          inspection={upload.inspection}
          mayEdit={mayEdit}
          isImporting={confirm.isPending}
          isDiscarding={remove.isPending}
          onColumns={choose.open}
          onImport={() => confirm.mutate()}
          onDiscard={() => remove.mutate()}
        />
      )}
      <ActionError error={failed} />
      {!live && !isUnconfirmed && (upload.problemCount > 0 || upload.state !== "failed") && (
        <Group gap={4} mt={8} ml={-8}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            c="dimmed"
            aria-expanded={reportShown}
            onClick={() => onReport(!reportShown)}
          >
            {reportShown ? "Hide the report" : "Show the report"}
          </Button>
        </Group>
      )}
      <Cleaned upload={upload} />
      {reportShown && upload.problemCount > 0 && <ImportReport upload={upload} />}
      {choosing && <ColumnDialog upload={upload} onClose={choose.close} />}
      <Modal
        opened={asking}
        onClose={ask.close}
        title="Delete this upload?"
        centered
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm" mb="md">
          This erases the file “{upload.filename}” and all messages that only this file contains,
          from old versions too. It cannot be undone.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={ask.close}>
            Cancel
          </Button>
          <Button
            color="red.9"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSettled: ask.close })}
          >
            Delete permanently
          </Button>
        </Group>
      </Modal>
    </article>
  );
}
