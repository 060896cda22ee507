export default async function globalTeardown() {
  const { child, exited } = globalThis.otklikTestRun;
  child.stdin.end();
  await exited;
}
