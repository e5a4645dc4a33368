import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { queryAll } from '#shared/dynamodb/query-pages.dynamodb.ts';
import { isRefused, retryConflicts } from '#shared/dynamodb/refusals.ts';
import { transact, type Write } from '#shared/dynamodb/transact.dynamodb.ts';

export type Key = { pk: string; sk: string };
export type Item = Record<string, unknown>;

/** `names` stand for attributes whose names DynamoDB reserves. */
export type Condition = { expression: string; names?: Record<string, string>; values: Item };

/** The few ways in which a store of single items touches its table. */
export class Rows {
  readonly #database: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(database: DynamoDBDocumentClient, table: string) {
    this.#database = database;
    this.#table = table;
  }

  async find(key: Key): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true });
    return (await this.#database.send(command)).Item;
  }

  /**
   * All items of a partition whose sort key begins so, over all pages.
   * @param attribute  the only one that is asked for; a role may allow no others
   */
  async list(pk: string, prefix: string, attribute?: string): Promise<Item[]> {
    return queryAll(this.#database, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ConsistentRead: true,
      ...(attribute && { Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: attribute }),
    });
  }

  /** Puts all the items or none; false when one of them exists. */
  async createAll(items: Item[]): Promise<boolean> {
    const isNew = { expression: 'attribute_not_exists(pk)', values: {} };
    const refusals = await this.attempt(items.map((item) => this.put(item, isNew)));
    return refusals.length === 0;
  }

  /** One transaction; see transact. */
  attempt(writes: Write[]): Promise<string[]> {
    return transact(this.#database, writes);
  }

  /** Sets members of an item that exists and meets the condition; gives the item, or undefined when it does not. */
  async update(key: Key, members: Item, condition?: Condition): Promise<Item | undefined> {
    if (!Object.values(members).some((value) => value !== undefined)) return this.find(key);
    const command = { ...this.#updateOf(key, members, condition), ReturnValues: 'ALL_NEW' as const };
    try {
      return (await retryConflicts(() => this.#database.send(new UpdateCommand(command)))).Attributes;
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
  }

  /** The same as part of a transaction. Names with a dot are paths into the item. */
  change(key: Key, members: Item, condition?: Condition, removed: string[] = []): Write {
    return { Update: this.#updateOf(key, members, condition, removed) };
  }

  put(item: Item, condition: Condition): Write {
    return { Put: { TableName: this.#table, Item: item, ...expressionsOf(condition) } };
  }

  remove(key: Key, condition: Condition): Write {
    return { Delete: { TableName: this.#table, Key: key, ...expressionsOf(condition) } };
  }

  #updateOf(
    key: Key,
    members: Item,
    condition: Condition = { expression: 'attribute_exists(pk)', values: {} },
    removed: string[] = [],
  ) {
    const given = Object.entries(members).filter(([, value]) => value !== undefined);
    const names = [...given.flatMap(([path]) => path.split('.')), ...removed];
    const assignments = given.map(
      ([path], n) =>
        `${path
          .split('.')
          .map((name) => `#${name}`)
          .join('.')} = :set${n}`,
    );
    const removal = removed.length === 0 ? '' : ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}`;
    return {
      TableName: this.#table,
      Key: key,
      UpdateExpression: `SET ${assignments.join(', ')}${removal}`,
      ConditionExpression: `attribute_exists(pk) AND (${condition.expression})`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...condition.names,
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(given.map(([, value], n) => [`:set${n}`, value])),
        ...condition.values,
      },
    };
  }
}

const expressionsOf = ({ expression, names, values }: Condition) => ({
  ConditionExpression: expression,
  ...(names && { ExpressionAttributeNames: names }),
  ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
});
