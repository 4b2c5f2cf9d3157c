// Collects what authors are called while a file is read, so that each name is told once, with the first messages of its author.
import type { AuthorNames, ParsedMessage } from "#services/domain/conversation.ts";

/** Longer ones are no names. */
const LONGEST = 300;

export const openAuthorNames = () => {
  /** The names that were told, by id. */
  const told = new Map<string, Set<string>>();
  return {
    /** What is new about the author of a message; undefined where nothing is, or where the author has no other name. */
    of(
      { author, authorId: id }: Pick<ParsedMessage, "author" | "authorId">,
      names: readonly string[],
    ): AuthorNames | undefined {
      if (id === null || id.length > LONGEST || author.length > LONGEST) return undefined;
      const known = told.get(id) ?? new Set();
      const others = [...new Set([id, ...names])].filter(
        (name) => name !== author && name.length <= LONGEST && !known.has(name),
      );
      const isShown = known.has(`shown ${author}`);
      if (isShown && others.length === 0) return undefined;
      for (const name of others) known.add(name);
      known.add(`shown ${author}`);
      told.set(id, known);
      return { id, shown: author, others };
    },
  };
};

export type AuthorNamesTold = ReturnType<typeof openAuthorNames>;
