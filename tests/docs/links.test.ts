import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { REPO_ROOT } from '@otklik/testing';

const LINK = /\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: REPO_ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((page) => existsSync(join(REPO_ROOT, page)));

/** As forges make anchors of headings: small letters, no punctuation, dashes for spaces. */
const anchorsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#{1,6} +(.+)$|<a id="([\w-]+)">/gm)].map(
    ([, heading, id]) =>
      id ??
      (heading ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
  );

const brokenLinks = (page: string): readonly string[] => {
  const file = join(REPO_ROOT, page);
  return [...readFileSync(file, 'utf8').matchAll(LINK)].flatMap(([link, path = '', anchor]) => {
    const target = path === '' ? file : join(dirname(file), path);
    if (!existsSync(target)) return [link];
    return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [`${link}: no such heading in ${relative(REPO_ROOT, target)}`];
  });
};

test.each(pages)('when a reader follows the links of %s, then each leads somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});
