import { VkTokenBody, VkTokenPage, VkTokenProbeBody, type VkTokenRef, type VkTokenRow } from '@otklik/contracts';
import type { AddToken, ChangeToken, ProbeToken } from '@otklik/core';
import type { VkTokenProbe } from '@otklik/vk';
import { z } from 'zod';
import { IdPath, NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toVkTokenBody, toVkTokenProbeBody } from '../views/vk-token-views.ts';
import { NewVkToken, VkTokenPatch } from './vk-token-inputs.ts';

type Deps = {
  readonly addToken: AddToken;
  readonly listTokens: (workspaceId: string) => Promise<readonly VkTokenRow[]>;
  readonly readToken: (ref: VkTokenRef) => Promise<VkTokenRow>;
  readonly changeToken: ChangeToken;
  readonly removeToken: (ref: VkTokenRef, by: string) => Promise<void>;
  readonly probeToken: ProbeToken<VkTokenProbe>;
};

/** The tokens of VK that a workspace collects with. What is written is never answered. */
export const vkTokenRoutes = (deps: Deps): Route[] => [list(deps), add(deps), read(deps), change(deps), remove(deps), probe(deps)];

const list = ({ listTokens }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/vk-tokens',
    scope: 'admin',
    doc: {
      operationId: 'listVkTokens',
      tag: 'Operation',
      summary: 'List the tokens of VK',
      description:
        'With their state and what they were used for today. Without one, jobs use the token that the installation was started with.',
      answers: { 200: { description: 'All of the workspace, oldest first.', body: VkTokenPage } },
    },
    input: { query: NoQuery },
    handle: async ({ principal, res }) => {
      const items = await listTokens(principal.workspaceId);
      res.json({ items: items.map((token) => toVkTokenBody(token)), nextCursor: null });
    },
  });

const add = ({ addToken }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: '/v1/vk-tokens',
    scope: 'admin',
    doc: {
      operationId: 'addVkToken',
      tag: 'Operation',
      summary: 'Add a token of VK',
      description: 'It is kept encrypted and never shown again; workers use it within seconds. Ask `:probe` what it can do.',
      answers: { 201: { description: 'The token, without itself.', body: VkTokenBody } },
      problems: ['CONFLICT', 'NO_KEYRING'],
    },
    input: { query: NoQuery, body: NewVkToken },
    handle: async ({ principal: { workspaceId, keyId: by }, input: { body }, res }) => {
      const { token: secret, expiresAt, ...facts } = body;
      const expires = expiresAt === null ? null : new Date(expiresAt);
      res.status(201).json(toVkTokenBody(await addToken({ workspaceId, by, secret, expiresAt: expires, ...facts })));
    },
  });

const read = ({ readToken }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/vk-tokens/:id',
    scope: 'admin',
    doc: {
      operationId: 'readVkToken',
      tag: 'Operation',
      summary: 'Read a token of VK',
      answers: { 200: { description: 'The token, without itself.', body: VkTokenBody } },
    },
    input: { path: IdPath('vkToken'), query: NoQuery },
    handle: async ({ principal, input, res }) => {
      res.json(toVkTokenBody(await readToken({ workspaceId: principal.workspaceId, tokenId: input.path.id })));
    },
  });

const change = ({ changeToken }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'patch',
    path: '/v1/vk-tokens/:id',
    scope: 'admin',
    doc: {
      operationId: 'changeVkToken',
      tag: 'Operation',
      summary: 'Change a token of VK, or use it again',
      description: 'The token itself can not be changed: add the new one, then delete the old one.',
      answers: { 200: { description: 'The token as it is now.', body: VkTokenBody } },
    },
    input: { path: IdPath('vkToken'), query: NoQuery, body: VkTokenPatch },
    handle: async ({ principal: { workspaceId, keyId }, input: { path, body }, res }) => {
      const { state, expiresAt, ...facts } = body;
      const expires = expiresAt === undefined || expiresAt === null ? expiresAt : new Date(expiresAt);
      const changes = { ...facts, ...(state && { isActive: true }), ...(expires !== undefined && { expiresAt: expires }) };
      res.json(toVkTokenBody(await changeToken({ workspaceId, tokenId: path.id }, changes, keyId)));
    },
  });

const remove = ({ removeToken }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'delete',
    path: '/v1/vk-tokens/:id',
    scope: 'admin',
    doc: {
      operationId: 'deleteVkToken',
      tag: 'Operation',
      summary: 'Delete a token of VK',
      description: 'With its ledger. Jobs that use it go on with the others. It stays valid at VK: revoke it there as well.',
      answers: { 204: { description: 'It is gone.' } },
    },
    input: { path: IdPath('vkToken'), query: NoQuery },
    handle: async ({ principal: { workspaceId, keyId }, input, res }) => {
      await removeToken({ workspaceId, tokenId: input.path.id }, keyId);
      res.status(204).end();
    },
  });

const probe = ({ probeToken }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: '/v1/vk-tokens/:id\\:probe',
    scope: 'admin',
    // It asks VK one thing after another.
    isStream: true,
    doc: {
      operationId: 'probeVkToken',
      tag: 'Operation',
      summary: 'Ask VK what a token can do',
      description:
        'At most 15 requests at the pace of the token: which methods it may call, whether it may `execute`, whether VK takes its rate, what VK says of its IP address. Takes some seconds. A token that can collect is active from then on; one that can not is taken out, or parked for an hour, with the reason.',
      answers: { 200: { description: 'The token as it is now, and what was found.', body: VkTokenProbeBody } },
      problems: ['NO_KEYRING', 'KEY_MISSING', 'SECRET_UNREADABLE'],
    },
    input: { path: IdPath('vkToken'), query: NoQuery, body: z.strictObject({}) },
    handle: async ({ principal: { workspaceId, keyId: by }, input, res, untilGone }) => {
      const { token, finding } = await probeToken({ workspaceId, tokenId: input.path.id }, { by, signal: untilGone() });
      res.json(toVkTokenProbeBody(token, finding));
    },
  });
