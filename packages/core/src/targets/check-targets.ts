import { type JobOrder, ParsePayload, type TargetReads } from '@otklik/contracts';
import {
  CircuitOpenError,
  type Clock,
  type FieldFault,
  type Logger,
  UnreadableTargetError,
  ValidationError,
  VkApiError,
  VkTransportError,
  toAppError,
} from '@otklik/shared';
import { createRests } from './rests.ts';

/** How one workspace looks at VK before it accepts a job. */
export type WallCheck = {
  /** Throws VkApiError where VK has no such page, and whatever keeps it from being asked. */
  resolveWall(ref: string, signal: AbortSignal): Promise<{ readonly isClosed: boolean }>;
  /** Whether some token of the workspace may be that of a member or friend. */
  mayBeMember(signal: AbortSignal): Promise<boolean>;
};

type Deps = {
  readonly lists: Pick<TargetReads, 'count'>;
  /** Default: VK is not asked. */
  readonly walls?: { of(workspaceId: string): WallCheck } | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What asking VK may take in all. Default 1.5 s: the answer to the caller has little more. */
  readonly withinMs?: number;
};

export type CheckTargets = (input: {
  readonly workspaceId: string;
  readonly order: JobOrder;
  readonly shouldAskVk: boolean;
}) => Promise<void>;

/**
 * Looks whether an order can be collected: lists must be there and have a valid line; of the first job, a single wall, or the wall
 * of a single post, must be one that VK shows. When VK can't say so in time, the order passes: the job will find out; and while
 * VK is away it is not asked again for ten seconds, nor by a workspace whose tokens are too busy. Throws
 * ValidationError and UnreadableTargetError, each with the place in the order.
 */
export const makeCheckTargets = (deps: Deps): CheckTargets => {
  const checkWall = makeCheckWall(deps);
  return async ({ workspaceId, order, shouldAskVk }) => {
    const faults = await listFaults(deps.lists, { workspaceId, order, pointer: '' });
    if (faults.length > 0) throw new ValidationError('A list can not be collected.', faults);
    const ref = shouldAskVk ? wallOf(order) : null;
    if (ref !== null) await checkWall(workspaceId, ref);
  };
};

type Place = { readonly workspaceId: string; readonly order: JobOrder; readonly pointer: string };

const listFaults = async (lists: Deps['lists'], { workspaceId, order, pointer }: Place): Promise<readonly FieldFault[]> => {
  const faults: FieldFault[] = [];
  const target = targetOf(order);
  if (target !== null && 'listId' in target) {
    const valid = await lists.count({ workspaceId, listId: target.listId });
    const at = `${pointer}/target/listId`;
    if (valid === null) faults.push({ pointer: at, detail: 'is no list of this workspace' });
    if (valid === 0) faults.push({ pointer: at, detail: 'has no valid line' });
  }
  for (const [index, child] of order.then.entries())
    faults.push(...(await listFaults(lists, { workspaceId, order: child, pointer: `${pointer}/then/${index}` })));
  return faults;
};

const makeCheckWall = ({ walls, clock, logger, withinMs = 1_500 }: Deps) => {
  const rests = createRests(clock);
  const look = async (check: WallCheck, ref: string, late: AbortController): Promise<void> => {
    const timer = new AbortController();
    clock.sleep(withinMs, timer.signal).then(
      () => late.abort(new VkTransportError('VK_TIMEOUT', 'VK did not say in time whether it shows the target.')),
      () => undefined,
    );
    try {
      const { isClosed } = await check.resolveWall(ref, late.signal);
      if (isClosed && !(await check.mayBeMember(late.signal))) throw refuse(CLOSED);
    } finally {
      timer.abort();
    }
  };
  return async (workspaceId: string, ref: string): Promise<void> => {
    if (walls === undefined || rests.isResting(workspaceId)) return;
    const late = new AbortController();
    try {
      await look(walls.of(workspaceId), ref, late);
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      if (refusal !== null) throw refusal;
      // It may be its tokens that others use, or the circuit of their kind: that says nothing of the tokens of others.
      if (late.signal.aborted || thrown instanceof CircuitOpenError) rests.of(workspaceId);
      else if (thrown instanceof VkTransportError) rests.ofAll();
      logger.info('a target was accepted unchecked', { code: toAppError(thrown).code });
    }
  };
};

const CLOSED = 'is closed to everybody but members or friends, and no token of the workspace is that of a user';

/** What VK says of a page that is not there; anything else says nothing about the page. */
const GONE: Readonly<Record<number, string>> = {
  18: 'was deleted or banned at VK',
  104: 'is no page at VK',
  113: 'is no user of VK (the id of a community begins with a minus)',
  125: 'is no community of VK',
};

const refusalOf = (thrown: unknown): UnreadableTargetError | null => {
  if (thrown instanceof UnreadableTargetError) return thrown;
  const detail = thrown instanceof VkApiError ? GONE[thrown.vkCode] : undefined;
  return detail === undefined ? null : refuse(detail);
};

const refuse = (detail: string): UnreadableTargetError =>
  new UnreadableTargetError(`The target ${detail}.`, [{ pointer: '/target', detail }]);

const targetOf = (order: JobOrder): ParsePayload['target'] | null =>
  order.type === 'parse' ? ParsePayload.parse(order.payload).target : null;

/** The wall that the order needs most of all; null where it names several, or none. */
const wallOf = (order: JobOrder): string | null => {
  const target = targetOf(order);
  if (target === null) return null;
  if ('wall' in target) return target.wall;
  return 'post' in target ? (target.post.split('_')[0] ?? null) : null;
};
