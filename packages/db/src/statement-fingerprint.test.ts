import { describe, expect, test } from '@jest/globals';
import { nameStatement } from './statement-fingerprint.ts';

const fingerprintOf = (text: string): string => nameStatement(text).fingerprint;

describe('the fingerprint of a statement', () => {
  test('when statements differ in values, space or the length of lists only, then they have the same', () => {
    const same = [
      `SELECT * FROM job WHERE id IN ($1) AND state = 'queued' AND starts > 3`,
      `SELECT * FROM job\n WHERE id IN ($1, $2,\n $3) AND state = 'it''s' AND starts > 4.5e3`,
      `SELECT * FROM job WHERE id IN ($9) AND state = $q$ 'x $1 $q$ AND starts > $2 -- a remark`,
      `SELECT * /* 'odd */ FROM job WHERE id IN (1, 2) AND state = E'it\\'s' AND starts > 3`,
    ];
    expect(new Set(same.map(fingerprintOf)).size).toBe(1);
    const rows = ['($1, $2)', '($1, $2), ($3, $4), ($5, $6)'].map((values) => `INSERT INTO author VALUES ${values}`);
    expect(new Set(rows.map(fingerprintOf)).size).toBe(1);
  });

  test('when they ask for something else, then they have another one', () => {
    const texts = ['SELECT id FROM job', 'SELECT id FROM "job2"', 'SELECT state FROM job', 'SELECT id FROM job WHERE id = $1'];
    expect(new Set(texts.map(fingerprintOf)).size).toBe(texts.length);
  });

  test.each([
    `SELECT 'secret'`,
    `SELECT E'\\'secret'`,
    `SELECT $$secret$$, $a$secret$a$`,
    `SELECT '\\', 'secret'`,
    `SELECT 1 -- secret`,
    `SELECT /* ' */ 'secret'`,
    `SELECT 'secret`,
    `SELECT "a'b", 'secret'`,
  ])('when a value stands in %s, then nothing of it is left', (text) => {
    expect(JSON.stringify(nameStatement(text))).not.toContain('secret');
  });

  test.each([
    ['SELECT a FROM "public"."workspace" WHERE b = $1', 'SELECT workspace'],
    ['WITH moved AS (UPDATE job SET a = 1 RETURNING *) SELECT * FROM moved', 'UPDATE job'],
    ['WITH a AS (SELECT id FROM job FOR UPDATE SKIP LOCKED) SELECT * FROM a', 'SELECT job'],
    ['SELECT n FROM unnest($1::text[]) AS t (n) JOIN job ON true WHERE EXISTS (SELECT FROM wall)', 'SELECT wall'],
    ['INSERT INTO author (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = 1', 'INSERT author'],
    ['COPY comment (a) FROM STDIN', 'COPY comment'],
    ['FETCH 500 FROM read_0a1b', 'FETCH read_0a1b'],
    ['BEGIN', 'BEGIN'],
    ['', ''],
  ])('when it is %s, then people read %s', (text, statement) => {
    expect(nameStatement(text).statement).toBe(statement);
  });
});
