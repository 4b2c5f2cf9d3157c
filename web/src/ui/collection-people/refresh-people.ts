// Loads again what shows people: nearly all pages of a collection do.
import { useQueryClient } from "@tanstack/react-query";

export const useRefreshPeople = () => {
  const client = useQueryClient();
  return () => client.invalidateQueries();
};
