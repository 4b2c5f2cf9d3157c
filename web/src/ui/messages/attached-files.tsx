// The files of a message: pictures are shown, sound and video played, the others named with a way to download them.
import { Button, Modal, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconFile, IconPaperclip, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Attachment } from "#services/contract/conversations.ts";
import { size } from "#services/domain/size.ts";
import { type FileSource, fileQuery } from "../../api/attachments.ts";
import { shouldRetryFile } from "../../api/retry.ts";
import { previewOf } from "../../shape/texts/previews.ts";
import { useFileAddress } from "./file-address.ts";
import { firstPageOf } from "./first-page.ts";
import "./attached-files.css";

type Kept = NonNullable<Attachment["kept"]>;

interface FileProps {
  readonly name: string;
  readonly kept: Kept;
  readonly source: FileSource;
}

const save = (bytes: Blob, name: string): void => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  // The browser has the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

function Download({ name, kept, source }: FileProps) {
  const fetching = useMutation({
    mutationFn: () => source.fetch(kept.id),
    onSuccess: (bytes) => save(bytes, name),
  });
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        leftSection={<IconDownload size={14} aria-hidden />}
        loading={fetching.isPending}
        aria-label={`Download ${name}`}
        onClick={() => fetching.mutate()}
      >
        Download
      </Button>
      {fetching.isError && <span role="alert">It could not be downloaded.</span>}
    </>
  );
}

function Named(props: FileProps) {
  return (
    <span className="file-named">
      <IconFile size={14} aria-hidden />
      <span className="clip">{props.name}</span>
      <span className="dim">{size(props.kept.size)}</span>
      <Download {...props} />
    </span>
  );
}

/** The box has its height before the picture is there, so that nothing below it moves. */
function Picture(props: FileProps) {
  const { name, kept, source } = props;
  const { data, isError } = useQuery(fileQuery(source, kept.id, kept.mediaType));
  const address = useFileAddress(data);
  const [isBroken, setIsBroken] = useState(false);
  const [isLarge, large] = useDisclosure(false);
  if (isError || isBroken) return <Named {...props} />;
  return (
    <figure className="file-picture">
      <UnstyledButton
        className="file-picture-box"
        aria-label={`Show ${name} in full size`}
        disabled={address === undefined}
        onClick={large.open}
      >
        {address !== undefined && (
          <img src={address} alt={name} onError={() => setIsBroken(true)} />
        )}
      </UnstyledButton>
      <figcaption>
        <Named {...props} />
      </figcaption>
      <Modal opened={isLarge} onClose={large.close} title={name} size="auto" centered>
        <img className="file-picture-large" src={address} alt={name} />
      </Modal>
    </figure>
  );
}

/** Fetched when it is asked for: recordings are long, and most are not listened to again. */
function Played(props: FileProps & { readonly kind: "sound" | "video" }) {
  const { name, kept, source, kind } = props;
  const [isWanted, want] = useDisclosure(false);
  const file = useQuery({ ...fileQuery(source, kept.id, kept.mediaType), enabled: isWanted });
  const address = useFileAddress(file.data);
  return (
    <div className="file-played">
      {address === undefined ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={file.isFetching}
          aria-label={`Play ${name}`}
          onClick={want.open}
        >
          Play
        </Button>
      ) : kind === "sound" ? (
        // biome-ignore lint/a11y/useMediaCaption: a recording of a chat has none
        <audio src={address} controls autoPlay aria-label={name} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: a recording of a chat has none
        <video src={address} controls autoPlay aria-label={name} />
      )}
      {file.isError && <span role="alert">It could not be loaded.</span>}
      <Named {...props} />
    </div>
  );
}

/** Of a document: its first page, drawn when somebody asks for it. */
function FirstPage(props: FileProps) {
  const { name, kept, source } = props;
  const [isWanted, want] = useDisclosure(false);
  const page = useQuery({
    queryKey: ["first page", source.key, kept.id],
    queryFn: async ({ signal }) => firstPageOf(await source.fetch(kept.id, signal)),
    enabled: isWanted,
    staleTime: "static",
    gcTime: 60_000,
    retry: shouldRetryFile,
  });
  const address = useFileAddress(page.data);
  return (
    <figure className="file-page">
      {address !== undefined && <img src={address} alt={`First page of ${name}`} />}
      <figcaption className="attached">
        <Named {...props} />
        {address === undefined && !page.isError && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            loading={page.isFetching}
            aria-label={`Show the first page of ${name}`}
            onClick={want.open}
          >
            Show the first page
          </Button>
        )}
        {page.isError && <span role="alert">The first page cannot be shown.</span>}
      </figcaption>
    </figure>
  );
}

function KeptFile(props: FileProps) {
  const preview = previewOf(props.kept.mediaType);
  switch (preview) {
    case "picture":
      return <Picture {...props} />;
    case "sound":
    case "video":
      return <Played {...props} kind={preview} />;
    case "page":
      return <FirstPage {...props} />;
    default:
      return (
        <div className="attached">
          <Named {...props} />
        </div>
      );
  }
}

export interface AttachedFilesProps {
  readonly files: readonly Attachment[];
  readonly source: FileSource;
}

export function AttachedFiles({ files, source }: AttachedFilesProps) {
  const seen = new Map<string, number>();
  return files.map(({ name, size: bytes, kept }) => {
    // Several files of one message may have one name; their order stays.
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return kept === undefined ? (
      <span key={`${name} ${nth}`} className="attached" title="This file is not kept here.">
        <IconPaperclip size={14} aria-hidden />
        {name}
        {bytes !== null && <span className="dim">{size(bytes)}</span>}
      </span>
    ) : (
      <KeptFile key={kept.id} name={name} kept={kept} source={source} />
    );
  });
}
