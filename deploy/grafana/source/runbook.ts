import type { Dashboard } from './panel.ts';

const NAME = 'runbook';

/** The sections of docs/operations/runbook.md, a panel each: at night nobody should have to look for a file. */
export const runbookDashboard = (markdown: string): Dashboard => {
  const [head = '', ...sections] = markdown.split(/^## /m);
  return {
    name: NAME,
    title: 'Otklik / Runbook',
    description: 'What each alert means, where to look, what to do: docs/operations/runbook.md.',
    variables: [],
    rows: [
      {
        title: 'Before anything else',
        panels: [{ kind: 'text', title: 'Read this first', markdown: withoutLinks(head), width: 24, height: 9 }],
      },
      {
        title: 'The alerts',
        panels: sections.map((section) => ({ kind: 'text', title: nameOf(section), markdown: bodyOf(section), width: 12, height: 7 })),
      },
    ],
  };
};

/** Links to the section of each alert, by its name. */
export const runbookLinks = (markdown: string): ReadonlyMap<string, string> => {
  // A row is a panel too: the rows are number 1 and 3, the text before the sections is number 2.
  const links = markdown.split(/^## /m).slice(1);
  return new Map(links.map((section, index) => [nameOf(section), `/d/otklik-${NAME}?viewPanel=${index + 4}`]));
};

const nameOf = (section: string): string => section.slice(0, section.indexOf('\n'));

const bodyOf = (section: string): string => withoutLinks(section.slice(section.indexOf('\n') + 1));

/** They lead from file to file, and here is no file. */
const withoutLinks = (markdown: string): string => markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
