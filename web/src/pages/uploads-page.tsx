// The uploads page of a collection: drop area, files being sent, uploads with live progress and reports.
import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { isAtRest, type Upload } from "#services/contract/uploads.ts";
import { formatsQuery } from "../api/system.ts";
import { allTransfers, onTransfers } from "../api/transfers.ts";
import { followUpload, uploadsQuery } from "../api/uploads.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { FormatFamilies } from "../ui/formats/format-families.tsx";
import { GuideLink } from "../ui/formats/guide-link.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { ConfirmAll } from "../ui/uploads/confirm-all.tsx";
import { DropField } from "../ui/uploads/drop-field.tsx";
import { ReceivingCard } from "../ui/uploads/receiving-card.tsx";
import { TransferCard } from "../ui/uploads/transfer-card.tsx";
import { UploadCard } from "../ui/uploads/upload-card.tsx";

// A browser has at most six connections to one host (HTTP/1.1). Other uploads are updated by the list, every few seconds.
const followedAtOnce = 3;

const useLiveProgress = (collection: string, uploads: readonly Upload[]) => {
  const client = useQueryClient();
  const live = uploads
    .filter((one) => !isAtRest(one.state))
    .slice(-followedAtOnce)
    .map((one) => one.id)
    .join(" ");
  useEffect(() => {
    const stops = live
      .split(" ")
      .filter((id) => id !== "")
      .map((id) =>
        followUpload(id, (now) => {
          client.setQueryData<Upload[]>(["uploads", collection], (known = []) =>
            known.map((one) => (one.id === now.id ? now : one)),
          );
          if (isAtRest(now.state)) void client.invalidateQueries({ queryKey: ["collections"] });
        }),
      );
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, collection, live]);
};

function HowToExport() {
  const { data = [] } = useQuery(formatsQuery);
  return (
    <section>
      <Title order={2} mt={20}>
        How to get an export
      </Title>
      <FormatFamilies formats={data} level={3} />
    </section>
  );
}

export function UploadsPage() {
  const { collection } = useParams({ from: "/c/$collection/uploads" });
  const { report } = useSearch({ from: "/c/$collection/uploads" });
  const navigate = useNavigate({ from: "/c/$collection/uploads" });
  const { data, error, isPending, refetch } = useQuery(uploadsQuery(collection));
  const transfers = useSyncExternalStore(onTransfers, allTransfers).filter(
    (one) => one.collection === collection,
  );
  const mayEdit = useMayEdit(collection);
  const come = (data ?? []).filter(({ state }) => state !== "receiving");
  // Those that this page sends have a card of their own.
  const isSentHere = ({ filename, bytes }: Upload) =>
    transfers.some(({ file }) => file.name === filename && file.size === bytes);
  const notWhole = (data ?? []).filter(
    (upload) => upload.state === "receiving" && !isSentHere(upload),
  );
  useLiveProgress(collection, data ?? []);
  useTitle("Uploads");
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  const empty = !isPending && data.length === 0 && transfers.length === 0;
  return (
    <div className="page" style={{ maxWidth: 820 }}>
      <Stack gap={12}>
        <DropField large={empty} into={collection} />
        {!empty && mayEdit && (
          <Text size="sm">
            <GuideLink source={null} />
          </Text>
        )}
        {transfers.map((transfer) => (
          <TransferCard key={transfer.key} transfer={transfer} />
        ))}
        {isPending &&
          [0, 1].map((key) => <Skeleton key={key} h={92} radius="lg" aria-busy="true" />)}
        {mayEdit && <ConfirmAll collection={collection} uploads={data ?? []} />}
        {notWhole.map((upload) => (
          <ReceivingCard key={upload.id} upload={upload} mayEdit={mayEdit} />
        ))}
        {come.map((upload) => (
          <UploadCard
            key={upload.id}
            upload={upload}
            mayEdit={mayEdit}
            reportShown={report === upload.id}
            onReport={(shown) =>
              void navigate({ search: shown ? { report: upload.id } : {}, replace: true })
            }
          />
        ))}
        {empty && !mayEdit && (
          <EmptyState
            icon={<IconUpload size={36} stroke={1.3} aria-hidden />}
            title="Nothing was imported yet"
          />
        )}
        {empty && mayEdit && <HowToExport />}
      </Stack>
    </div>
  );
}
