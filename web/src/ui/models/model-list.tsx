// The embedding models of the server, with a way to add one.
import { Button, Skeleton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { modelsQuery } from "../../api/models.ts";
import { modelQuery } from "../../api/server.ts";
import { ErrorMessage } from "../parts/error-message.tsx";
import { Section } from "../parts/section.tsx";
import { AddModel } from "./add-model.tsx";
import { ModelRow } from "./model-row.tsx";

export function ModelList() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(modelsQuery);
  const [isAdding, setIsAdding] = useState(false);
  const changed = () => {
    void client.invalidateQueries({ queryKey: modelsQuery.queryKey });
    void client.invalidateQueries({ queryKey: modelQuery.queryKey });
  };
  const about =
    data?.defaultIsSet === true
      ? "Turn messages and questions into vectors. A collection keeps the model that it was made with. PARLANCE_EMBEDDING_MODEL names the one of new collections."
      : "Turn messages and questions into vectors. A collection keeps the model that it was made with; new ones get the one that is chosen here, or at an import.";
  return (
    <Section
      title="Models"
      about={about}
      action={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} stroke={1.7} aria-hidden />}
          onClick={() => setIsAdding(true)}
        >
          Add a model
        </Button>
      }
    >
      {error && !data ? (
        <ErrorMessage error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton h={130} radius="lg" aria-busy="true" />
      ) : (
        <ul className="card rows" aria-label="Models">
          {data.models.map((model) => (
            <ModelRow
              key={model.id}
              model={model}
              mayChoose={!data.defaultIsSet}
              onChanged={changed}
            />
          ))}
        </ul>
      )}
      {isAdding && (
        <AddModel
          onAdded={() => {
            setIsAdding(false);
            changed();
          }}
          onClose={() => setIsAdding(false)}
        />
      )}
    </Section>
  );
}
