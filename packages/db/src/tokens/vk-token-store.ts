import type { SealedVkTokenRow, VkTokenMethodRow, VkTokenRef, VkTokenRow, VkTokenStore } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import * as statements from './vk-token-sql.ts';

type MethodJson = Omit<VkTokenMethodRow, 'parkedUntil' | 'firstCallAt'> & {
  /** Milliseconds. */
  readonly parkedUntil: number | null;
  readonly firstCallAt: number | null;
};
type Stored<Row> = Omit<Row, 'methods'> & { readonly methods: readonly MethodJson[] };

/** Every statement names the workspace: the token of another one is not there. */
export const createVkTokenStore = (sql: Pick<Sql, 'query'>): VkTokenStore => ({
  ...createRows(sql),
  ...createFindings(sql),
  ...createWrappings(sql),
});

type Rows = Pick<VkTokenStore, 'add' | 'list' | 'get' | 'sealed' | 'change' | 'remove'>;

const createRows = (sql: Pick<Sql, 'query'>): Rows => {
  const get = async ({ workspaceId, tokenId }: VkTokenRef): Promise<SealedVkTokenRow | null> => {
    const [row] = await sql.query<Stored<SealedVkTokenRow>>(statements.GET, [workspaceId, tokenId], { isIdempotent: true });
    return row === undefined ? null : toRow(row);
  };
  const ofFingerprint = (workspaceId: string, fingerprint: string) =>
    sql.query<Stored<VkTokenRow>>(statements.OF_FINGERPRINT, [workspaceId, fingerprint]);

  return {
    get,
    add: async ({ id, workspaceId, kind, label, fingerprint, keyId, wrappedKey, sealed, ...token }) => {
      const values = [id, workspaceId, kind, label, fingerprint, keyId, Buffer.from(wrappedKey), Buffer.from(sealed)];
      const more = [token.requestsPerSecond, token.expiresAt, token.createdBy];
      const [added] = await sql.query<Stored<VkTokenRow>>(statements.ADD, [...values, ...more]);
      if (added !== undefined) return { kind: 'added', token: toRow(added) };
      const [known] = await ofFingerprint(workspaceId, fingerprint);
      return known === undefined ? { kind: 'full' } : { kind: 'known', token: toRow(known) };
    },
    list: async (workspaceId) => (await sql.query<Stored<VkTokenRow>>(statements.LIST, [workspaceId], { isIdempotent: true })).map(toRow),
    sealed: async (workspaceId) =>
      (await sql.query<Stored<SealedVkTokenRow>>(statements.SEALED_LIST, [workspaceId], { isIdempotent: true })).map(toRow),
    change: async (ref, { label, requestsPerSecond, expiresAt, isActive }) => {
      const values = [label ?? null, requestsPerSecond ?? null, expiresAt ?? null, expiresAt !== undefined, isActive ?? false];
      const changed = await sql.query(statements.CHANGE, [ref.workspaceId, ref.tokenId, ...values]);
      return changed.length === 0 ? null : get(ref);
    },
    remove: async ({ workspaceId, tokenId }) => (await sql.query(statements.REMOVE, [workspaceId, tokenId])).length > 0,
  };
};

type Findings = Pick<VkTokenStore, 'park' | 'invalidate' | 'learn' | 'probed' | 'count'>;

const createFindings = (sql: Pick<Sql, 'query'>): Findings => ({
  park: async ({ workspaceId, tokenId }, { method, until, vkCode, reason }) => {
    const values = [workspaceId, tokenId, until, vkCode, reason];
    if (method === null) await sql.query(statements.PARK, values);
    else await sql.query(statements.PARK_METHOD, [...values, method]);
  },
  invalidate: async ({ workspaceId, tokenId }, { vkCode, reason }) => {
    await sql.query(statements.INVALIDATE, [workspaceId, tokenId, vkCode, reason]);
  },
  learn: async ({ workspaceId, tokenId }, { mayExecute, dailyCap }) => {
    if (mayExecute !== undefined) await sql.query(statements.MAY_EXECUTE, [workspaceId, tokenId, mayExecute]);
    if (dailyCap !== undefined) await sql.query(statements.DAILY_CAP, [workspaceId, tokenId, dailyCap.method, dailyCap.calls]);
  },
  probed: async ({ workspaceId, tokenId }) => {
    await sql.query(statements.PROBED, [workspaceId, tokenId]);
  },
  count: async (calls) => {
    if (calls.length === 0) return;
    await sql.query(statements.COUNT, [
      calls.map(({ workspaceId }) => workspaceId),
      calls.map(({ tokenId }) => tokenId),
      calls.map(({ method }) => method),
      calls.map(({ day }) => day),
      calls.map((one) => one.calls),
    ]);
  },
});

const createWrappings = (sql: Pick<Sql, 'query'>): Pick<VkTokenStore, 'lookAnew' | 'keysInUse' | 'underOtherKeys' | 'rewrap'> => ({
  lookAnew: async () => {
    await sql.query(statements.LOOK_ANEW);
  },
  keysInUse: () => sql.query(statements.KEYS_IN_USE),
  underOtherKeys: ({ keyId, after, limit }) => sql.query(statements.UNDER_OTHER_KEYS, [keyId, after, limit]),
  rewrap: async ({ workspaceId, tokenId }, { from, keyId, wrappedKey }) =>
    (await sql.query(statements.REWRAP, [workspaceId, tokenId, from, keyId, Buffer.from(wrappedKey)])).length > 0,
});

const toRow = <Row>(row: Stored<Row>): Omit<Row, 'methods'> & { readonly methods: readonly VkTokenMethodRow[] } => ({
  ...row,
  methods: row.methods.map(({ parkedUntil, firstCallAt, ...method }) => ({
    ...method,
    parkedUntil: toDate(parkedUntil),
    firstCallAt: toDate(firstCallAt),
  })),
});

const toDate = (millis: number | null): Date | null => (millis === null ? null : new Date(millis));
