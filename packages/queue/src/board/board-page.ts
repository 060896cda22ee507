import { InternalError } from '@otklik/shared';

type Options = {
  /** The page that comes with the board's assets. */
  readonly template: string;
  /** Begins with a slash, ends with one: everything the page loads is looked for below it. */
  readonly base: string;
  readonly title: string;
  /** What the program in the page is told. */
  readonly config: unknown;
};

const STYLE = /<link href="(static\/css\/[\w.-]+\.css)" rel="stylesheet">/g;
const SCRIPT = /<script defer src="(static\/js\/[\w.-]+\.js)">/g;

/**
 * The page that loads the board. Only the names of the assets are taken from the page that comes with them: that one
 * also asks another host for fonts, and styles itself in a way that a strict content policy forbids.
 */
export const makeBoardPage = ({ template, base, title, config }: Options): string => {
  const styles = namesIn(template, STYLE);
  const scripts = namesIn(template, SCRIPT);
  if (styles.length === 0 || scripts.length === 0) throw new InternalError("The page of the board's assets has changed its shape");
  return [
    '<!DOCTYPE html>',
    '<html lang="en" dir="ltr"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex">',
    `<base href="${escape(base)}"><title>${escape(title)}</title>`,
    '<link rel="icon" type="image/svg+xml" id="fav-logo" href="static/images/logo.svg">',
    ...styles.map((href) => `<link rel="stylesheet" href="${href}">`),
    '</head><body class="preload">',
    `<script id="__UI_CONFIG__" type="application/json">${JSON.stringify(config).replaceAll('<', String.raw`\u003c`)}</script>`,
    '<div id="root">Loading …</div>',
    ...scripts.map((src) => `<script defer src="${src}"></script>`),
    '</body></html>\n',
  ].join('\n');
};

const namesIn = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
