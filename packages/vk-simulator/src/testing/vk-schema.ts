import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const FILE = new URL('../../../../../shared/data/vk/schema/vk-api-5.199-comments-subset.json', import.meta.url);

const Subset = z.object({
  methods: z.array(z.object({ name: z.string(), responses: z.record(z.string(), z.object({ $ref: z.string() })) })),
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** Whether the public schema lies beside the checkout. */
export const hasVkSchema = existsSync(FILE);

/**
 * VK's schema as JSON Schema 2019-09, one document per method and response: `required` moves from the property to its
 * object, objects are closed to properties that VK does not name, and what reality is known to break is let through.
 */
export const loadVkSchema = (): ReadonlyMap<string, object> => {
  const { methods, definitions } = Subset.parse(JSON.parse(readFileSync(FILE, 'utf8')));
  const $defs = Object.fromEntries(
    Object.entries(definitions).flatMap(([file, entries]) =>
      Object.entries(entries).map(([name, schema]) => [keyOf(file, name), translate(schema)]),
    ),
  );
  return new Map(
    methods.flatMap(({ name, responses }) =>
      Object.entries(responses).map(
        ([kind, { $ref }]) =>
          [`${name} ${kind}`, { $ref: `#/$defs/${keyOfRef($ref)}`, $defs: { ...$defs, ...exceptions($defs) } }] as const,
      ),
    ),
  );
};

const keyOf = (file: string, name: string): string => `${file.replaceAll(/[/.]/g, '-')}-${name}`;
const keyOfRef = (ref: string): string => {
  const [, file = '', name = ''] = /^\.\.\/(.+)#\/(?:definitions\/)?(.+)$/.exec(ref) ?? [];
  return keyOf(file, name);
};

const Node = z.record(z.string(), z.unknown());

const translate = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(translate);
  const parsed = Node.safeParse(schema);
  if (!parsed.success) return schema;
  const {
    $ref,
    required: _own,
    entity: _entity,
    enumNames: _names,
    format: _format,
    description: _text,
    additionalProperties: _closed,
    ...rest
  } = parsed.data;
  if (typeof $ref === 'string') return { $ref: `#/$defs/${keyOfRef($ref)}` };
  const translated = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === 'properties' ? translateEach(value) : translate(value)]),
  );
  return { ...translated, ...requiredOf(rest['properties']) };
};

const translateEach = (properties: unknown): unknown =>
  Object.fromEntries(Object.entries(Node.parse(properties)).map(([name, value]) => [name, translate(value)]));

const requiredOf = (properties: unknown): object => {
  const required = Object.entries(Node.catch({}).parse(properties))
    .filter(([, value]) => Node.safeParse(value).data?.['required'] === true)
    .map(([name]) => name);
  return required.length === 0 ? {} : { required };
};

/** Objects that must not hold more than VK names (each closes over the parts it is made of), and the two that reality bends. */
const exceptions = ($defs: Readonly<Record<string, unknown>>): object => {
  const closed = [
    'wall-objects-json-wall_wallpost_full',
    'comment-objects-json-comment_thread',
    'base-objects-json-base_likes_info',
    'base-objects-json-base_comments_info',
    'users-objects-json-users_user_full',
    'groups-objects-json-groups_group_full',
  ];
  const comment = Node.parse($defs['wall-objects-json-wall_wall_comment']);
  const stub = {
    ...comment,
    required: ['id', 'date', 'deleted'],
    properties: {
      ...Node.parse(comment['properties']),
      deleted: { const: true },
      text: false,
      from_id: false,
      owner_id: false,
      post_id: false,
    },
  };
  const attachment = Node.parse($defs['wall-objects-json-wall_wallpost_attachment']);
  return {
    ...Object.fromEntries(closed.map((name) => [name, { ...Node.parse($defs[name]), unevaluatedProperties: false }])),
    // Deleted comments come without what the schema calls required.
    'wall-objects-json-wall_wall_comment': {
      if: { required: ['deleted'] },
      then: { ...stub, unevaluatedProperties: false },
      else: { ...comment, unevaluatedProperties: false },
    },
    // Its list of types has stickers, its list of properties does not.
    'wall-objects-json-wall_wallpost_attachment': {
      ...attachment,
      properties: { ...Node.parse(attachment['properties']), sticker: { $ref: '#/$defs/base-objects-json-base_sticker' } },
      unevaluatedProperties: false,
    },
  };
};
