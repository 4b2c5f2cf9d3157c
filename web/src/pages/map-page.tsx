// The map page: loads the map's description and points, and keeps its state in the URL.
import { Button, Loader, Text, useComputedColorScheme, VisuallyHidden } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { ofAnalysis } from "../api/analysis.ts";
import { mapMetaQuery, mapPointsQuery } from "../api/map.ts";
import type { ChangeMapAddress } from "../map/map-actions.ts";
import { MapView } from "../map/map-view.tsx";
import { AnalysisGate, AnalysisNotice } from "../ui/analysis/analysis-gate.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

/** With fewer points a map is not useful. */
const fewest = 12;

function Loading() {
  return (
    <div className="map-drawing" role="status">
      <Loader size={26} />
      <Text size="sm" c="dimmed">
        Loading the map
      </Text>
    </div>
  );
}

function LoadedMap({ collection }: { readonly collection: string }) {
  const address = useSearch({ from: "/c/$collection/map" });
  const navigate = useNavigate({ from: "/c/$collection/map" });
  const router = useRouter();
  const client = useQueryClient();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const meta = useQuery(mapMetaQuery(collection));
  const points = useQuery(mapPointsQuery(collection));
  const apart = meta.data && points.data && meta.data.analysis !== points.data.analysis;
  useEffect(() => {
    // A new analysis finished between the two answers.
    if (apart) void client.invalidateQueries({ queryKey: ofAnalysis(collection) });
  }, [apart, client, collection]);
  const error = meta.error ?? points.error;
  if (error && !(meta.data && points.data))
    return (
      <ErrorMessage
        error={error}
        retry={() => {
          void meta.refetch();
          void points.refetch();
        }}
      />
    );
  if (!meta.data || !points.data || apart) return <Loading />;
  if (points.data.x.length < fewest)
    return (
      <EmptyState
        icon={<IconMapOff size={36} stroke={1.3} aria-hidden />}
        title="Too few points for a map"
      >
        <Text size="sm" maw={440}>
          A map needs at least {fewest} points. This collection has {points.data.x.length}.
        </Text>
        <Button
          mt="xs"
          variant="default"
          renderRoot={(props) => (
            <Link {...props} to="/c/$collection/conversations" params={{ collection }} />
          )}
        >
          Read the conversations
        </Button>
      </EmptyState>
    );
  const path = `/c/${collection}/map`;
  const change: ChangeMapAddress = (to, how) => {
    // A late change must not bring a person back who has left the page.
    if (router.latestLocation.pathname !== path) return;
    void navigate({ search: (now) => ({ ...now, ...to }), resetScroll: false, ...how });
  };
  return (
    <MapView
      key={`${collection} ${points.data.analysis}`}
      collection={collection}
      meta={meta.data}
      points={points.data}
      address={address}
      onAddress={change}
      scheme={scheme}
    />
  );
}

export function MapPage() {
  const { collection } = useParams({ from: "/c/$collection/map" });
  useTitle("Map");
  // Requested at once, in parallel with the state of the analysis, since the first paint waits for the points.
  useQuery(mapMetaQuery(collection));
  useQuery(mapPointsQuery(collection));
  return (
    <>
      <AnalysisNotice collection={collection} />
      <div className="map-page">
        <VisuallyHidden component="h2">Map</VisuallyHidden>
        <AnalysisGate collection={collection}>
          <LoadedMap collection={collection} />
        </AnalysisGate>
      </div>
    </>
  );
}
