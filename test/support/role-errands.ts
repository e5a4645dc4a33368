import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import type { LocalStack } from '#bin/local/start-local-stack.ts';
import { documentClient } from '#shared/aws.ts';
import { dayOf } from '#shared/clicks/click-day.ts';
import { watchedClock } from '#shared/clicks/clock-guard.dynamodb.ts';
import { horizonOf } from '#shared/clicks/horizon.ts';
import { dynamodbClickPages } from '#shared/clicks/read/click-pages.dynamodb.ts';
import { dynamodbClickStore } from '#shared/clicks/record/click-store.dynamodb.ts';
import { dynamodbSecretStore } from '#shared/credentials/secret-store.dynamodb.ts';
import { sweepExports } from '#shared/exports/engine/sweep-exports.ts';
import { s3FileStore } from '#shared/exports/files/file-store.s3.ts';
import { sqsJobQueue } from '#shared/exports/jobs/job-queue.sqs.ts';
import { dynamodbJobStore } from '#shared/exports/jobs/job-store.dynamodb.ts';
import { newUuid } from '#shared/ids.ts';
import { dynamodbDomainClosure } from '#shared/links/domain-closure.dynamodb.ts';
import { dynamodbLinkStore } from '#shared/links/link-store.dynamodb.ts';
import { s3LogoStore } from '#shared/qr/logo-store.s3.ts';
import { sleepFor } from '#shared/retry.ts';
import { dynamodbCellReader } from '#shared/roll-ups/cell-reader.dynamodb.ts';
import { sqsRollUpQueue } from '#shared/roll-ups/roll-up-queue.sqs.ts';
import { dynamodbRollUpStore } from '#shared/roll-ups/roll-up-store.dynamodb.ts';
import { shrinkCells } from '#shared/roll-ups/shrink-cells.dynamodb.ts';
import { dynamodbTotalsReader } from '#shared/roll-ups/totals.dynamodb.ts';
import { dynamodbWorkspaceStore } from '#shared/workspaces/workspace-store.dynamodb.ts';
import { aClick } from './clicks.ts';
import { aLink } from './links.ts';

/** Services behind the guard, and who asks them. */
type Endpoints = { dynamoDb: string; s3AndSqs: string; queueUrls: Record<string, string> };

const DAY_MS = 86_400_000;

/**
 * What functions do only when something goes wrong, or has become large or old: the same adapters, under the name of
 * the function whose role has to allow it.
 */
export function openErrands(stack: LocalStack, { dynamoDb, s3AndSqs, queueUrls }: Endpoints) {
  const { workspaceId } = stack;
  const {
    WorkspacesTable: workspacesTable,
    LinksTable: linksTable,
    ClicksTable: clicksTable,
    JobsTable: jobsTable,
    FilesBucket: bucket,
  } = stack.resources as Record<string, string>;
  const own = { sessionToken: 'any', secretAccessKey: 'any' };

  const clients: { destroy(): void }[] = [];

  /** The adapters as one function uses them; an unknown name may do everything. */
  const as = (name: string) => {
    const credentials = { ...own, accessKeyId: name };
    const client = new DynamoDBClient({ endpoint: dynamoDb, credentials });
    const database = documentClient(client);
    const s3 = new S3Client({ endpoint: s3AndSqs, credentials, forcePathStyle: true });
    const sqs = new SQSClient({ endpoint: s3AndSqs, credentials, useQueueUrlAsEndpoint: false });
    clients.push(client, s3, sqs);
    return {
      client,
      workspaces: dynamodbWorkspaceStore(database, workspacesTable!),
      secrets: dynamodbSecretStore(database, workspacesTable!),
      links: dynamodbLinkStore(database, linksTable!, workspacesTable!),
      closure: dynamodbDomainClosure(database, linksTable!),
      clicks: dynamodbClickStore(client, clicksTable!),
      pages: dynamodbClickPages(client, clicksTable!),
      totals: dynamodbTotalsReader(client, clicksTable!),
      cells: dynamodbCellReader(client, clicksTable!),
      rollUps: dynamodbRollUpStore(client, { clicks: clicksTable!, workspaces: workspacesTable! }),
      jobs: dynamodbJobStore(database, jobsTable!),
      files: s3FileStore(s3, bucket!, console),
      logos: s3LogoStore(s3, bucket!),
      exportsQueue: sqsJobQueue(sqs, queueUrls.ExportsQueueWaiting!),
      rollUpsQueue: sqsRollUpQueue(sqs, queueUrls.RollUpsQueueWaiting!),
      probeClock: (table: string) => watchedClock(client, table, horizonOf('6'), Date.now).check(),
    };
  };
  const anybody = as('anybody');

  /** Records clicks on time and late, as the plan says. */
  const recordsClicks = async (name: string, clockTable: string): Promise<void> => {
    const { workspaces, clicks, probeClock } = as(name);
    const nowMs = Date.now();
    await workspaces.find(workspaceId);
    await clicks.openDay(workspaceId, dayOf(nowMs), Math.ceil((nowMs + DAY_MS) / 1000));
    for (const late of [false, true]) {
      const click = { ...aClick({ workspaceId, clickId: ulid(nowMs) }), recordedAtMs: nowMs, late };
      await clicks.record(click, { ttlSeconds: Math.ceil(nowMs / 1000) + 60, abortMs: 5_000 });
    }
    await probeClock(clockTable);
  };

  /** Takes up a segment of a job and writes it, and the job, as they are. */
  const movesJob = async (name: string, jobId: string): Promise<void> => {
    const { jobs } = as(name);
    const [segment] = await anybody.jobs.segments(jobId);
    const job = await jobs.findJob(workspaceId, jobId);
    for (const record of [(await jobs.findSegment(jobId, segment!.n))!, job!]) {
      await jobs.write([record], newUuid());
    }
  };

  return {
    close: () => {
      for (const client of clients) client.destroy();
    },
    api: async () => {
      const { secrets, links, closure, clicks, files, logos, probeClock } = as('api');
      await secrets.replace([], []);
      const quota = { workspaceId: newUuid(), month: '2026-11', links: 1 };
      await links.createMany([{ link: aLink() }, { link: aLink() }], quota);
      const nowMs = Date.now();
      const closing = { domainId: newUuid(), token: 'a', untilMs: nowMs + 1_000, nowMs };
      await closure.close(closing);
      await closure.close({ ...closing, token: 'b' });
      await closure.reopen(closing);
      await clicks.find(workspaceId, ulid());
      await files.size('exports/none');
      await logos.put(workspaceId, 'errand', { png: Buffer.alloc(24), width: 0, height: 0 });
      await logos.find(workspaceId, 'errand');
      await logos.remove(workspaceId, 'errand');
      await probeClock(clicksTable!);
    },
    redirect: () => recordsClicks('redirect', workspacesTable!),
    clicks: () => recordsClicks('clicks', clicksTable!),
    'dead-letters': async (jobId: string) => {
      await recordsClicks('dead-letters', clicksTable!);
      await movesJob('dead-letters', jobId);
    },
    exports: async () => {
      const { totals, files, exportsQueue } = as('exports');
      await totals.findMany(workspaceId, [newUuid()]);
      const key = `temporary/${workspaceId}/errand`;
      await files.put(key, Buffer.from('tail'));
      await files.read(key);
      await files.remove([key]);
      await files.size('exports/none');
      await exportsQueue.send({ workspaceId, jobId: newUuid(), step: 'plan' });
    },
    'roll-ups': async () => {
      const { client, pages, rollUps, cells, rollUpsQueue, probeClock } = as('roll-ups');
      const nowMs = Date.now();
      const day = dayOf(nowMs);
      await pages.findMany(workspaceId, [ulid()]);
      const [links] = await Array.fromAsync(cells.links(workspaceId));
      const { urlId } = links![0]!;
      await rollUps.lastClicked(workspaceId, [urlId]);
      await cells.linksOfDay(workspaceId, day, [urlId]);
      await cells.linkDays(workspaceId, urlId);
      await cells.days(workspaceId, day, day);
      const cursor = { pk: { S: `workspace#${workspaceId}` }, sk: { S: 'errand-cursor' } };
      await shrinkCells(client, clicksTable!, {
        workspaceId,
        keys: [
          { kind: 'totals', urlId },
          { kind: 'link-day', urlId, day },
          { kind: 'day', day },
        ],
        cursorMove: { Put: { TableName: workspacesTable!, Item: cursor } },
      });
      await rollUpsQueue.send([{ workspaceId }]);
      await probeClock(clicksTable!);
    },
    'schedule-roll-ups': async () => {
      const { pages } = as('schedule-roll-ups');
      const lane = { workspaceId, day: dayOf(Date.now()), shard: 0 };
      await Array.fromAsync(pages.clicks(lane, { from: '0', to: 'Z' }));
      await Array.fromAsync(pages.lateEntries(lane, { from: '0', to: '9' }));
      await pages.findMany(workspaceId, [ulid()]);
    },
    /** Sweeps as it will be when every file has expired, with leftovers of every kind. */
    sweep: async (jobId: string) => {
      const { jobs, files, exportsQueue } = as('sweep');
      await movesJob('sweep', jobId);
      for (const place of ['exports', 'temporary']) {
        const key = `${place}/${workspaceId}/errand`;
        const label = { name: 'errand', contentType: 'text/plain' };
        await files.abort({ key, uploadId: await anybody.files.begin(key, label) });
        await anybody.files.put(key, Buffer.from('leftover'));
        await files.remove([key]);
      }
      await exportsQueue.send({ workspaceId, jobId: newUuid(), step: 'plan' });
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const laterMs = Date.now() + 40 * DAY_MS;
      const tools = {
        jobs,
        files,
        queue: exportsQueue,
        now: () => laterMs,
        newId: newUuid,
        sleep: sleepFor,
        random: Math.random,
        log,
      };
      await sweepExports(tools, laterMs + 1);
      await sweepExports(tools, laterMs + 1);
    },
  };
}
