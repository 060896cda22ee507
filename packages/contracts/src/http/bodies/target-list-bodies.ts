import { z } from 'zod';
import { targetListFormats, targetOutcomes } from '../../data/target-lists.ts';
import { publicIdText } from '../../ids.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

/** An uploaded list of walls and posts. */
export const TargetListBody = z
  .object({
    id: publicIdText('targetList'),
    name: z.string().nullable(),
    format: z.enum(targetListFormats).describe('How it came.'),
    lines: z.int().describe('Without the empty ones.'),
    valid: z.int().describe('What a job that names the list collects.'),
    invalid: z.int(),
    duplicates: z.int(),
    createdAt: moment,
    lastUsedAt: moment.describe('When a job last named it, to the day. Its age counts from there.'),
  })
  .meta({
    id: 'TargetList',
    examples: [
      {
        id: 'lst_019ab8c05d1e7b2c9a4f6e3d2c1b0a98',
        name: 'cities',
        format: 'csv',
        lines: 1_200,
        valid: 1_180,
        invalid: 8,
        duplicates: 12,
        createdAt: '2026-11-25T09:00:00.000Z',
        lastUsedAt: '2026-11-25T09:00:00.000Z',
      },
    ],
  });
export type TargetListBody = z.output<typeof TargetListBody>;

export const TargetListPage = pageOf(TargetListBody).meta({ id: 'TargetListPage' });

/** What became of one line. */
export const TargetLineBody = z
  .object({
    line: z.int().describe('As an editor counts the lines of the file, from 1 on.'),
    text: z.string().describe('As it was written; of a long one the beginning.'),
    outcome: z.enum(targetOutcomes),
    ref: z.string().nullable().describe('What it names: a signed id, a screen name, or a post as `<owner>_<post>`.'),
    reason: z.string().nullable().describe('Why it is invalid.'),
    duplicateOf: z.int().nullable().describe('The line that named the same before.'),
  })
  .meta({
    id: 'TargetLine',
    examples: [
      {
        line: 7,
        text: 'https://vk.com/photo-1_2',
        outcome: 'invalid',
        ref: null,
        reason: 'is a link to a photo: walls and posts are collected',
        duplicateOf: null,
      },
    ],
  });
export type TargetLineBody = z.output<typeof TargetLineBody>;

export const TargetLinePage = pageOf(TargetLineBody).meta({ id: 'TargetLinePage' });
