import type { ActivityEntry, Line, Run, Store } from '../src/trpc.ts';

/** A run half way through, changed as a test needs it. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    queueId: 'run-1',
    storeId: 'store-1',
    kind: 'full',
    storeName: 'Main shop',
    state: 'processing',
    phase: 'processing',
    phaseText: 'processing',
    idempotencyKey: null,
    startedBy: { type: 'user', id: 'user-1', name: 'Ada' },
    counts: { total: 200, draft: 90, processing: 10, done: 97, failed: 3, cancelled: 0 },
    outcomes: { created: 97, updated: 0, unchanged: 0, deleted: 0 },
    discovery: {
      state: 'complete',
      pages: 3,
      storeTotal: 200,
      requestsUsed: 4,
      requestsBudget: 60,
      error: null,
    },
    percent: 50,
    ratePerSecond: 20,
    secondsLeft: 5,
    batches: 2,
    batchSize: 50,
    round: 1,
    processCount: 0,
    maxRounds: 3,
    maxRetries: 3,
    isActionRequired: false,
    action: null,
    wait: null,
    activitySeq: 4,
    revision: 10,
    createdAt: '2026-01-01T10:00:00.000Z',
    startedAt: '2026-01-01T10:00:01.000Z',
    finishedAt: null,
    updatedAt: '2026-01-01T10:00:06.000Z',
    ...changes,
  };
}

export function aStore(changes: Partial<Store> = {}): Store {
  return {
    id: 'store-1',
    name: 'Main shop',
    url: 'https://shop.example.com',
    state: 'active',
    pause: null,
    authMode: 'basic',
    routeStyle: 'pretty',
    keyHint: 'abcd',
    wooVersion: null,
    settings: {
      batchSize: 50,
      batchDelayMs: 2_000,
      pace: 'auto',
      maxRetries: 3,
      retryBaseMs: 1_000,
      maxRounds: 3,
      pageSize: 100,
      pagesAhead: 2,
      maxPageAttempts: 8,
      maxParallelBatches: 2,
      roleFilter: 'all',
      deltaSlices: 96,
      guests: 'off',
    },
    customers: 0,
    lastRun: null,
    lastOkAt: null,
    lastError: null,
    diagnosis: null,
    freshness: {
      guaranteedAgeSeconds: null,
      expectedAgeSeconds: null,
      text: 'The store’s list has not been read to its end yet.',
      verifiedSince: null,
      refreshedAt: null,
      lastReconcileAt: null,
      lastMissed: null,
      webhooks: null,
    },
    createdAt: '2026-01-01T09:00:00.000Z',
    updatedAt: '2026-01-01T09:00:00.000Z',
    ...changes,
  };
}

export function aLine(changes: Partial<Line> = {}): Line {
  return {
    position: 1,
    wooCustomerId: 1,
    state: 'failed',
    outcome: null,
    attempts: 4,
    round: 1,
    nextAttemptAt: '2026-01-01T10:00:02.000Z',
    error: { code: 'schema', message: 'billing: expected an object' },
    processedAt: '2026-01-01T10:00:05.000Z',
    ...changes,
  };
}

export function anEntry(seq: number): ActivityEntry {
  return {
    id: 1_000 + seq,
    queueId: 'run-1',
    storeId: 'store-1',
    seq,
    at: '2026-01-01T10:00:02.000Z',
    level: 'info',
    event: 'batch.applied',
    message: `Entry ${seq}`,
    actor: { type: 'system', id: null, name: null },
    data: {},
  };
}
