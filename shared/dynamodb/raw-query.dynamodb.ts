import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;
export type RawPage = { items: Item[]; next: Item | undefined };

type Response = { statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array };

/** What is left for the client to read: what the query took, for those who count it. */
const withoutItems = ({ ConsumedCapacity }: Partial<QueryCommandOutput>): Uint8Array =>
  Buffer.from(JSON.stringify({ ConsumedCapacity }));

/**
 * One page of a query as the wire has it: `{S}`, `{N}` and `{BOOL}` are in the answer's JSON just as the SDK would give
 * them, so the answer is parsed once and not walked again. Binary attributes would stay base64 text.
 * Signing, retries and errors are the client's own.
 */
export async function rawQuery(
  client: DynamoDBClient,
  input: QueryCommandInput,
  abortSignal?: AbortSignal,
): Promise<RawPage> {
  const command = new QueryCommand(input);
  let answer: Partial<QueryCommandOutput> = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      // Errors keep their body, the client makes exceptions of it.
      if (response.statusCode === 200) {
        answer = JSON.parse((await bytesOf(response.body)).toString('utf8'));
        response.body = withoutItems(answer);
      }
      return result;
    },
    // Below the client's own deserializer, so that it finds an answer without items.
    { step: 'deserialize', priority: 'low', name: 'rawAnswer' },
  );
  await client.send(command, abortSignal === undefined ? {} : { abortSignal });
  return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
}

async function bytesOf(body: Response['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.length === 1 ? Buffer.from(chunks[0]!) : Buffer.concat(chunks);
}

/**
 * All pages of a query; empty ones with a cursor are read on.
 * @param ahead  whether the next page is under way while one is used
 * @param signal  ends the reading when it is aborted: the page under way fails, and no other is asked for
 */
export async function* rawPages(
  client: DynamoDBClient,
  input: QueryCommandInput,
  { ahead = true, signal }: { ahead?: boolean; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Item[], void, undefined> {
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const fetch = (start: Item | undefined): Promise<RawPage> =>
    rawQuery(client, { ...input, ExclusiveStartKey: start }, stopped);
  try {
    let page: RawPage = await fetch(input.ExclusiveStartKey);
    for (;;) {
      const { items, next } = page;
      const following = ahead && next !== undefined ? fetch(next) : undefined;
      // Whoever stops reading never awaits the page ahead; its failure then is nobody's.
      following?.catch(() => undefined);
      if (items.length > 0) yield items;
      if (next === undefined) return;
      page = await (following ?? fetch(next));
    }
  } finally {
    stop.abort();
  }
}
