import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { dynamodbClient } from '#shared/aws.ts';
import { publicClickId } from '#shared/clicks/click-id.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { createKey } from '#shared/credentials/api-key.ts';
import type { Credentials } from '#shared/credentials/bootstrap.dynamodb.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { openSecrets } from '#shared/credentials/secrets.ts';
import { downloadToken } from '#shared/exports/engine/download-export.ts';
import type { ExportJob } from '#shared/exports/jobs/job.ts';
import { rgbaPng } from '#shared/qr/png/png-file.ts';
import { SCOPES } from '#shared/workspaces/workspace.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { openApi, type TestAnswer, type TestRequest } from '../api.ts';
import { openDatabase, openSqs } from '../aws-clients.ts';
import { aClick } from '../clicks.ts';
import { signatureHeaders } from '../conversions.ts';
import { recordAt } from '../recorded-clicks.ts';
import { catalogs } from './catalogs.ts';
import type { Operation } from './document.ts';
import { type Draft, Known, type Sent, typeOf } from './requests.ts';

/** Which kind of thing a parameter or member names. */
const KINDS: Record<string, string> = {
  url_id: 'link',
  url_ids: 'link',
  domain_id: 'domain',
  account_id: 'workspace',
  workspace_id: 'workspace',
  job_id: 'job',
  token: 'token',
  short_code: 'slug',
  short_url: 'short url',
  domain: 'host',
  domains: 'host',
  click_id: 'click',
  file: 'file',
  domain_name: 'new host',
  preset_id: 'preset',
  logo_id: 'logo',
  'If-Match': 'preset etag',
  'If-None-Match': 'etag',
};

const HOST = 'links.example.com';
const REQUESTS_OF_A_KEY = 2_000;
const START = { links: 8, clicks: 8 };

/** A workspace with things in it, which requests name and change; what they take away, others make again. */
export async function openWorld() {
  const api = await openApi();
  const owner = await api.bootstrap(HOST);
  const workspaces = dynamodbWorkspaceStore(openDatabase(), api.tables.workspaces);
  await workspaces.setSettings(owner.workspaceId, {
    exportRequestsAMinute: 1_000_000,
    eventRequestsAMinute: 1_000_000,
  });
  const newKey = async () => {
    const wanted = { workspaceId: owner.workspaceId, scopes: SCOPES, nowMs: Date.now() };
    return (await createKey(workspaces, wanted)).text;
  };
  const world = new World(api, { ...owner, apiKey: await newKey() }, newKey);
  await world.fill();
  return world;
}

/** What the `id` of a path is that of. */
const kindOfId = (path: string): string =>
  KINDS_OF_IDS.find(([folder]) => path.includes(folder))?.[1] ?? 'link';
const KINDS_OF_IDS = [
  ['/domains/', 'spare domain'],
  ['/presets/', 'preset'],
  ['/logos/', 'logo'],
] as const;

type Api = Awaited<ReturnType<typeof openApi>>;

export class World {
  readonly #api: Api;
  readonly #newKey: () => Promise<string>;
  #owner: Credentials;
  #sent = 0;
  readonly #things = new Map<string, string[]>();

  constructor(api: Api, owner: Credentials, newKey: () => Promise<string>) {
    this.#api = api;
    this.#newKey = newKey;
    this.#owner = owner;
    this.#things.set('workspace', [owner.workspaceId]);
    this.#things.set('domain', [owner.domainId]);
    this.#things.set('host', [HOST]);
  }

  /** Links, clicks, and jobs that are ready, canceled and waiting. */
  async fill(): Promise<void> {
    for (let n = 0; n < START.links; n += 1) await this.#newLink();
    await this.#newDomain();
    await this.#newPreset();
    await this.#newLogo();
    const store = dynamodbClickStore(dynamodbClient(), this.#api.tables.clicks);
    for (let n = 0; n < START.clicks; n += 1) {
      const click = aClick({
        workspaceId: this.#owner.workspaceId,
        urlId: this.#at('link', n)!,
        atMs: Date.now() - n * 3_600_000,
      });
      await recordAt({ store }, click);
      this.#add('click', publicClickId(click.clickId));
    }
    const ready = await this.#newJob();
    await workOff();
    const job = await this.#json('GET', `/api/exports/jobs/${ready}`);
    this.#add('file', (job.job as { files: { name: string }[] }).files[0]!.name);
    const canceled = await this.#newJob();
    await this.#json('POST', `/api/exports/jobs/${canceled}/cancel`);
    await this.#newJob();
    const secrets = openSecrets(dynamodbSecretStore(openDatabase(), this.#api.tables.workspaces), Date.now);
    for (const jobId of this.#things.get('job')!) {
      const named = { workspaceId: this.#owner.workspaceId, jobId } as ExportJob;
      this.#add('token', await downloadToken(secrets, named, Date.now()));
    }
  }

  /** What is known by a name in the requests of an operation. */
  known =
    ({ path }: Operation) =>
    (name: string): fc.Arbitrary<unknown> | undefined => {
      if (name === 'body' && path === '/api/v1/links/import') return catalogs;
      const kind = name === 'id' ? kindOfId(path) : KINDS[name];
      if (name === 'cursor') return fc.nat(1_000).map((n) => new Known(`cursor of ${path}`, n));
      return kind === undefined ? undefined : fc.nat(1_000).map((n) => new Known(kind, n));
    };

  find = ({ kind, n }: Known): unknown =>
    kind === 'new host' ? `host-${n}.example.com` : (this.#at(kind, n) ?? 'none');

  /** Sends a request as its draft says, and notes what is there afterwards. */
  async send(
    sent: Sent,
    { caller }: Draft,
    operation: Operation,
    servedBy: 'api' | 'stream',
  ): Promise<TestAnswer> {
    await this.#makeRoom(operation);
    // A key may send so many in a minute.
    this.#sent += 1;
    if (this.#sent % REQUESTS_OF_A_KEY === 0) this.#owner = { ...this.#owner, apiKey: await this.#newKey() };
    const { path, query, headers, body } = sent;
    const type =
      body === undefined
        ? {}
        : { 'content-type': typeOf(operation) === 'json' ? 'application/json' : 'text/csv' };
    const answer = await this.#api.call(
      {
        method: operation.method,
        path,
        query,
        headers: { ...type, ...headers, ...this.#credential(caller, operation, body ?? '') },
        ...(body === undefined ? {} : { body }),
      },
      servedBy,
    );
    if (answer.status < 300) await this.#note(operation, answer);
    return answer;
  }

  /** Sends a request that is wrong in itself; known things stand in its path. */
  sendFrame(
    frame: Partial<TestRequest>,
    operation: Operation,
    servedBy: 'api' | 'stream',
  ): Promise<TestAnswer> {
    const { path, method } = operation;
    const known: Record<string, string | undefined> = {
      workspace_id: this.#owner.workspaceId,
      job_id: this.#at('job', 0),
      token: this.#at('token', 0),
      id: this.#at(kindOfId(path), 0),
    };
    const headers = { ...frame.headers, ...this.#credential('owner', operation, frame.body ?? '') };
    const filled = path.replace(/\{(\w+)\}/, (_, name: string) => known[name] ?? 'none');
    return this.#api.call({ method, path: filled, ...frame, headers }, servedBy);
  }

  #credential(
    caller: Draft['caller'],
    { security }: Operation,
    body: string | Buffer,
  ): Record<string, string> {
    const wants = security.flatMap(Object.keys);
    if (caller === 'nobody' || wants.length === 0) return {};
    const known = caller === 'owner';
    if (wants.includes('conversionSignature')) {
      return signatureHeaders(known ? this.#owner.conversionSecret : 'slcs_unknown', body);
    }
    return {
      authorization: `Bearer ${known ? this.#owner.apiKey : `slk_${'0'.repeat(20)}_${'A'.repeat(43)}`}`,
    };
  }

  /** Takes in what an answer says is there now. */
  async #note({ name, path }: Operation, { headers, text }: TestAnswer): Promise<void> {
    if (headers.etag) this.#add(path.includes('/presets') ? 'preset etag' : 'etag', headers.etag);
    if (!headers['content-type']?.startsWith('application/json')) return;
    const body = JSON.parse(text) as Record<string, unknown>;
    if (name === 'POST /api/delete-link')
      await this.#newLink(this.#things.get('link')!.indexOf(String(body.id)));
    if (name === 'DELETE /api/v1/domains/{id}') await this.#newDomain();
    if (path.includes('/presets')) await this.#newPreset();
    if (name === 'DELETE /api/v1/qr/logos/{id}') await this.#newLogo();
    if (typeof body.job_id === 'string') this.#add('job', body.job_id);
    if (typeof body.next_cursor === 'string') this.#add(`cursor of ${path}`, body.next_cursor);
    if (typeof body.short_url === 'string') this.#add('short url', body.short_url);
    if (typeof body.short_code === 'string') this.#add('slug', body.short_code);
  }

  /** Nothing works on jobs here: without it every request for one would soon be one too many. */
  async #makeRoom({ answers }: Operation): Promise<void> {
    const jobs = this.#things.get('job')!;
    if (!answers[202]?.headers.location || jobs.length < 24) return;
    for (const jobId of jobs.splice(3)) await this.#call('POST', `/api/exports/jobs/${jobId}/cancel`);
  }

  async #newLink(place = -1): Promise<void> {
    const body = {
      domain_id: this.#owner.domainId,
      long_url: 'https://example.com/landing',
      title: 'Spring',
    };
    const link = await this.#json('POST', '/api/shorten', body);
    const links = this.#things.get('link') ?? [];
    if (place >= 0) links[place] = String(link.url_id);
    else this.#add('link', String(link.url_id));
    this.#add('slug', String(link.short_code));
    this.#add('short url', String(link.short_url));
  }

  /** A claim that requests may change and delete; the domain of the links is not theirs to take. */
  async #newDomain(): Promise<void> {
    const domain_name = `${randomUUID()}.example.com`;
    const { domain } = await this.#json('POST', '/api/v1/domains', { domain_name });
    this.#things.set('spare domain', [(domain as { id: string }).id]);
  }

  /** One that requests may change and delete; what they make goes, or the plan's number would soon be reached. */
  async #newPreset(): Promise<void> {
    const { presets } = await this.#json('GET', '/api/v1/qr/presets');
    const made = (presets as { id: string }[]).map(({ id }) => id);
    const [kept, ...others] = made;
    for (const id of others) await this.#call('DELETE', `/api/v1/qr/presets/${id}`);
    if (kept !== undefined) return void this.#things.set('preset', [kept]);
    const style = { foreground: { color: '#102030' } };
    const { preset } = await this.#json('POST', '/api/v1/qr/presets', { name: 'Handout', style });
    this.#things.set('preset', [(preset as { id: string }).id]);
  }

  async #newLogo(): Promise<void> {
    const image = rgbaPng(1, 1, Buffer.alloc(4, 0xff)).toString('base64');
    const { logo } = await this.#json('POST', '/api/v1/qr/logos', { image });
    this.#things.set('logo', [(logo as { id: string }).id]);
  }

  async #newJob(): Promise<string> {
    const { job_id } = await this.#json('POST', '/api/exports/jobs', {
      type: 'link_catalog',
      q: randomUUID(),
    });
    this.#add('job', String(job_id));
    return String(job_id);
  }

  #add(kind: string, thing: string): void {
    const things = this.#things.get(kind) ?? [];
    if (!things.includes(thing)) things.push(thing);
    this.#things.set(kind, things);
  }

  #at(kind: string, n: number): string | undefined {
    const things = this.#things.get(kind) ?? [];
    return things[n % things.length];
  }

  #call(method: string, path: string, body?: object): Promise<TestAnswer> {
    return this.#api.call({
      method,
      path,
      headers: { authorization: `Bearer ${this.#owner.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async #json(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await this.#call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
  }
}

/** Hands the waiting messages to the exports worker, as the event source would, until none is left. */
async function workOff(): Promise<void> {
  const sqs = openSqs();
  const { handler } = (await import('#functions/workers/exports/index.ts')) as {
    handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
  };
  const QueueUrl = process.env.EXPORTS_QUEUE_URL!;
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    const [message] = Messages;
    if (!message) break;
    const event = { Records: [{ messageId: 'm', body: message.Body! }] } as SQSEvent;
    await handler(event, { getRemainingTimeInMillis: () => 120_000 } as Context);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle! }));
  }
  sqs.destroy();
}
