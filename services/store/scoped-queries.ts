// Adds the scope to every query: the organization, and the collections where they are limited, for each table that is read or changed; the organization for each inserted row.
import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type ColumnUpdateNode,
  type DeleteQueryNode,
  type FromNode,
  type InsertQueryNode,
  JoinNode,
  type KyselyPlugin,
  type OnConflictNode,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  ParensNode,
  PrimitiveValueListNode,
  type RawNode,
  ReferenceNode,
  type RootOperationNode,
  type SelectQueryNode,
  TableNode,
  type UpdateQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
  WhereNode,
  type WithNode,
} from "kysely";
import { collectionColumnOf, isTenantTable } from "./table-owners.ts";
import type { TenantTable } from "./tables.ts";

const COLUMN = "org_id";

/** A programming error: the query is not run. */
const refuse = (what: string): never => {
  throw new Error(`A scoped query ${what}.`);
};

/** Raw SQL may use columns; it may not bring in a table, whose rows would not be filtered. */
const bringsTables =
  /\b(?:select|from|join|into|update|delete|insert|replace|with|pragma|attach)\b/i;

const scopable = new Set([
  "SelectQueryNode",
  "InsertQueryNode",
  "UpdateQueryNode",
  "DeleteQueryNode",
]);

const both = (condition: OperationNode, other: OperationNode | undefined): OperationNode =>
  // In parentheses, so that an "or" in it does not bypass the organization.
  other === undefined ? condition : AndNode.create(condition, ParensNode.create(other));

const nameOf = (column: OperationNode): string | undefined =>
  ReferenceNode.is(column)
    ? nameOf(column.column)
    : ColumnNode.is(column)
      ? column.column.name
      : undefined;

/** The table and the name by which a query refers to it; undefined for a subquery. */
const tableIn = (item: OperationNode): { called: string; table: TableNode } | undefined => {
  if (TableNode.is(item)) return { called: item.table.identifier.name, table: item };
  if (!AliasNode.is(item)) return refuse(`reads from a ${item.kind}`);
  if (TableNode.is(item.node)) {
    const { alias } = item;
    if (alias.kind !== "IdentifierNode") return refuse("names a table by an expression");
    return { called: (alias as { readonly name?: string }).name ?? "", table: item.node };
  }
  // Its own tables get their conditions when the subquery itself is visited.
  if (item.node.kind === "SelectQueryNode") return undefined;
  return refuse(`reads from a ${item.node.kind}`);
};

class ScopedQueries extends OperationNodeTransformer {
  #organization: unknown;
  #collections: readonly unknown[] | "all" = "all";
  #scope: object = {};
  /** Selects that already have their conditions: Kysely passes a subquery separately, before the query that contains it. */
  readonly #done = new WeakMap<SelectQueryNode, unknown>();

  /** Synchronous: one transformer serves all queries of the process. */
  apply(node: RootOperationNode, scope: QueryScope): RootOperationNode {
    if (!scopable.has(node.kind)) refuse(`may not be a ${node.kind}`);
    this.#scope = scope;
    this.#organization = scope.organization;
    this.#collections = scope.collections;
    return this.transformNode(node);
  }

  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    if (this.#done.get(node) === this.#scope) return node;
    const made = super.transformSelectQuery(node);
    const scoped: SelectQueryNode = {
      ...made,
      ...this.#withWhere(made.where, this.#conditionsOf(made.from)),
      ...(made.joins === undefined ? {} : { joins: made.joins.map((join) => this.#join(join)) }),
    };
    this.#done.set(scoped, this.#scope);
    return scoped;
  }

  protected override transformUpdateQuery(node: UpdateQueryNode): UpdateQueryNode {
    const made = super.transformUpdateQuery(node);
    if (made.table === undefined || made.from !== undefined || made.joins !== undefined)
      return refuse("updates from several tables");
    for (const update of made.updates ?? []) this.#checkUpdate(update);
    return { ...made, ...this.#withWhere(made.where, this.#conditions([made.table])) };
  }

  protected override transformDeleteQuery(node: DeleteQueryNode): DeleteQueryNode {
    const made = super.transformDeleteQuery(node);
    if (made.using !== undefined || made.joins !== undefined)
      return refuse("deletes from several tables");
    return { ...made, ...this.#withWhere(made.where, this.#conditionsOf(made.from)) };
  }

  protected override transformInsertQuery(node: InsertQueryNode): InsertQueryNode {
    const made = super.transformInsertQuery(node);
    const { into, columns, values, onConflict } = made;
    if (into === undefined) return refuse("inserts into nothing");
    this.#tenant(into);
    // "replace" deletes any row with the same key, also another organization's.
    if (made.replace === true || made.orAction !== undefined || made.onDuplicateKey !== undefined)
      return refuse("replaces rows");
    if (columns === undefined || values === undefined || !ValuesNode.is(values))
      return refuse("inserts other than values");
    const named = columns.findIndex((column) => nameOf(column) === COLUMN);
    if (named >= 0) for (const row of values.values) this.#checkValue(row.values[named]);
    return {
      ...made,
      ...(named >= 0
        ? {}
        : {
            columns: [ColumnNode.create(COLUMN), ...columns],
            values: ValuesNode.create(values.values.map((row) => this.#rowOf(row))),
          }),
      ...(onConflict === undefined ? {} : { onConflict: this.#conflict(onConflict, into) }),
    };
  }

  /** No query of ours uses them, and their names could be taken for tables. */
  protected override transformWith(): WithNode {
    return refuse("has common table expressions");
  }

  protected override transformRaw(node: RawNode): RawNode {
    if (
      node.sqlFragments.some((text) => bringsTables.test(text)) ||
      node.parameters.some(TableNode.is)
    )
      refuse("names a table in raw SQL");
    return super.transformRaw(node);
  }

  #tenant(table: TableNode): TenantTable {
    const { schema, identifier } = table.table;
    if (schema !== undefined) return refuse("names a schema");
    const { name } = identifier;
    return isTenantTable(name) ? name : refuse(`names “${name}”, which is no table of ours`);
  }

  #condition(called: string, table: TenantTable): OperationNode {
    const column = (name: string) =>
      ReferenceNode.create(ColumnNode.create(name), TableNode.create(called));
    const ours = BinaryOperationNode.create(
      column(COLUMN),
      OperatorNode.create("="),
      ValueNode.create(this.#organization),
    );
    const collection = collectionColumnOf(table);
    if (this.#collections === "all" || collection === undefined) return ours;
    const visible = BinaryOperationNode.create(
      column(collection),
      OperatorNode.create("in"),
      PrimitiveValueListNode.create(this.#collections),
    );
    return AndNode.create(ours, visible);
  }

  #conditions(items: readonly OperationNode[]): OperationNode[] {
    return items.flatMap((item) => {
      const found = tableIn(item);
      return found === undefined ? [] : [this.#condition(found.called, this.#tenant(found.table))];
    });
  }

  #conditionsOf(from: FromNode | undefined): OperationNode[] {
    return this.#conditions(from?.froms ?? []);
  }

  #withWhere(where: WhereNode | undefined, conditions: readonly OperationNode[]) {
    if (conditions.length === 0) return {};
    const [first, ...others] = conditions;
    const all = others.reduce((one, other) => AndNode.create(one as OperationNode, other), first);
    return all === undefined ? {} : { where: WhereNode.create(both(all, where?.where)) };
  }

  #join(join: JoinNode): JoinNode {
    const [condition] = this.#conditions([join.table]);
    if (condition === undefined) return join;
    // In other joins the condition would have to be in another place for each side.
    if (join.joinType !== "InnerJoin" && join.joinType !== "LeftJoin")
      return refuse(`joins by ${join.joinType}`);
    return JoinNode.createWithOn(join.joinType, join.table, both(condition, join.on?.on));
  }

  #rowOf(row: ValueListNode | PrimitiveValueListNode) {
    return PrimitiveValueListNode.is(row)
      ? PrimitiveValueListNode.create([this.#organization, ...row.values])
      : ValueListNode.create([ValueNode.create(this.#organization), ...row.values]);
  }

  #checkValue(value: unknown): void {
    const given =
      typeof value === "object" && value !== null && "kind" in value
        ? (value as { readonly value?: unknown }).value
        : value;
    if (given !== this.#organization) refuse("writes a row of another organization");
  }

  #checkUpdate({ column, value }: ColumnUpdateNode): void {
    if (nameOf(column) === COLUMN) this.#checkValue(value);
  }

  #conflict(conflict: OnConflictNode, into: TableNode): OnConflictNode {
    if (conflict.doNothing === true) return conflict;
    for (const update of conflict.updates ?? []) this.#checkUpdate(update);
    const condition = this.#condition(into.table.identifier.name, this.#tenant(into));
    return {
      ...conflict,
      updateWhere: WhereNode.create(both(condition, conflict.updateWhere?.where)),
    };
  }
}

/** What a query is limited to: values, or their placeholders while a statement is compiled for all scopes. */
export interface QueryScope {
  readonly organization: unknown;
  readonly collections: readonly unknown[] | "all";
}

const transformer = new ScopedQueries();

/**
 * Every select, update and delete sees rows of this organization only, and of these collections where they are limited, also in
 * joined tables and subqueries; every insert belongs to the organization. Statements that cannot be scoped (raw SQL with tables, unknown tables, other joins, other statements) throw and are not run.
 */
export const scopedQueries = (scope: QueryScope): KyselyPlugin => ({
  transformQuery: ({ node }) => transformer.apply(node, scope),
  transformResult: async ({ result }) => result,
});
