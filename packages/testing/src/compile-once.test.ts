import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';

const COUNTER = 'globalThis.loaded = (globalThis.loaded ?? 0) + 1; export const made = {};';

const load = async (context: vm.Context): Promise<vm.SourceTextModule> => {
  const module = new vm.SourceTextModule(COUNTER, { context });
  await module.link(() => Promise.reject(new Error('It imports nothing.')));
  await module.evaluate();
  return module;
};

describe('modules that a worker of jest compiles once', () => {
  test('when two files load the same module, then each runs it for itself', async () => {
    const files = [vm.createContext({}), vm.createContext({})];
    const modules = await Promise.all(files.map(load));
    expect(files.map((file) => file['loaded'])).toEqual([1, 1]);
    const [first, second] = modules.map(({ namespace }) => Reflect.get(namespace, 'made'));
    expect(first).not.toBe(second);
  });

  test('when a function is compiled again, then it is another one, in the context that was asked for, and its code was there', () => {
    const compile = (who: string) => vm.compileFunction('return [said, who]', ['said'], { parsingContext: vm.createContext({ who }) });
    const [first, second] = [compile('first'), compile('second')];
    expect([first('a'), second('b')].map(String)).toEqual(['a,first', 'b,second']);
    // A run that counts lines compiles everything itself.
    expect(Reflect.get(second, 'cachedDataRejected')).toBe(process.env['OTKLIK_CHILD_COVERAGE'] === undefined ? false : undefined);
  });

  test('when V8 does not take the code that is there, then the module is compiled anew', async () => {
    const context = vm.createContext({});
    await load(context);
    setFlagsFromString('--no-lazy');
    try {
      await load(context);
    } finally {
      setFlagsFromString('--lazy');
    }
    expect(context['loaded']).toBe(2);
  });
});
