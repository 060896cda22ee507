import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT } from '@otklik/testing';

export type Instruction = { readonly name: string; readonly rest: string };
export type Stage = { readonly name: string; readonly from: string; readonly instructions: readonly Instruction[] };

/** deploy/Dockerfile: what comes before the first stage, and its stages in order. */
export const readDockerfile = (): { readonly args: readonly Instruction[]; readonly stages: readonly Stage[] } => {
  const text = readFileSync(join(REPO_ROOT, 'deploy/Dockerfile'), 'utf8');
  const instructions = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1).trim() }));
  const starts = instructions.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
  const stages = starts.map((start, index) => {
    const [from = '', , name = ''] = instructions[start]?.rest.split(' ') ?? [];
    return { name, from, instructions: instructions.slice(start + 1, starts[index + 1]) };
  });
  return { args: instructions.slice(0, starts[0]), stages };
};

/** A stage's instructions with those of the stages that it is built on, first things first. */
export const inherited = (stages: readonly Stage[], name: string): readonly Instruction[] => {
  const stage = stages.find((one) => one.name === name);
  return stage === undefined ? [] : [...inherited(stages, stage.from), ...stage.instructions];
};
