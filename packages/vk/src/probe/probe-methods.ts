import { z } from 'zod';
import { judgeReply, tokenFaultOf } from './judge-reply.ts';
import type { Params, ProbeRequests, Reply } from './probe-requests.ts';
import type { ProbedMethod } from './token-probe.ts';

/** What was found until the end, or until a reply about the whole token made the rest pointless. */
export type Findings = {
  readonly methods: readonly ProbedMethod[];
  readonly fault: ReturnType<typeof tokenFaultOf>;
  readonly isAddressBound: boolean;
  /** Why the last of so many requests got no answer that nothing else was tried; null: enough were answered. */
  readonly lost: string | null;
};

/** One may be lost on any network. After the second the others would only take long to fail as well. */
export const MAX_LOST = 2;

/** Only people's tokens may call it, so it tells what kind of token this is. */
export const OF_USERS = 'wall.getComment';

const Resolved = z.object({ type: z.string(), object_id: z.coerce.string() });
const Items = z.object({
  items: z.array(z.object({ id: z.coerce.string(), comments: z.object({ count: z.coerce.number() }).optional() })),
});

/** `return [API…]` with one call inside: what batches are made of. */
const SCRIPT = 'return [API.users.get({"user_ids":"1"})];';

/** Calls each method once, until two got no answer, on a wall that everybody may read. */
export const probeMethods = async (requests: Pick<ProbeRequests, 'ask'>, wall: string): Promise<Findings> => {
  const methods: ProbedMethod[] = [];
  let fault: Findings['fault'] = null;
  let isAddressBound = false;
  const lost: string[] = [];

  const look = async (method: string, params: Params): Promise<Reply> => {
    const isOver = fault !== null || lost.length >= MAX_LOST;
    const reply: Reply = isOver ? { kind: 'not_tried' } : await requests.ask(method, params);
    methods.push(judgeReply(method, method !== OF_USERS && method !== 'execute', reply));
    fault ??= tokenFaultOf(reply);
    if (reply.kind === 'failed') lost.push(reply.sentence);
    isAddressBound ||= reply.kind === 'refused' && (reply.isAboutAddress || reply.vkCode === 1118);
    return reply;
  };

  await look('users.get', { user_ids: '1' });
  const ownerId = ownerOf(await look('utils.resolveScreenName', { screen_name: wall }), wall);
  await look('groups.getById', { group_id: ownerId.replace('-', '') });
  const post = livelyPostOf(await look('wall.get', { owner_id: ownerId, count: 10 }));
  await look('wall.getById', { posts: `${ownerId}_${post}` });
  const comments = await look('wall.getComments', { owner_id: ownerId, post_id: post, count: 1, sort: 'asc' });
  await look(OF_USERS, { owner_id: ownerId, comment_id: firstOf(comments) });
  await look('execute', { code: SCRIPT });
  return { methods, fault, isAddressBound, lost: lost[MAX_LOST - 1] ?? null };
};

/** Id of the wall; the first community of VK where that could not be found out. */
const ownerOf = (reply: Reply, wall: string): string => {
  const found = reply.kind === 'answered' ? Resolved.safeParse(reply.response).data : undefined;
  if (found === undefined) return /^-?\d+$/.test(wall) ? wall : '-1';
  return found.type === 'user' ? found.object_id : `-${found.object_id}`;
};

const itemsOf = (reply: Reply) => (reply.kind === 'answered' ? Items.safeParse(reply.response).data?.items : undefined) ?? [];

const livelyPostOf = (reply: Reply): string => {
  const posts = itemsOf(reply);
  return (posts.find(({ comments }) => (comments?.count ?? 0) > 0) ?? posts[0])?.id ?? '1';
};

const firstOf = (reply: Reply): string => itemsOf(reply)[0]?.id ?? '1';
