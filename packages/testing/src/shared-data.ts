import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

declare const test: { (name: string, body: () => void): void; skip(name: string, body: () => void): void };

/** What VK published and answered, by its path. It lies beside the checkout; a clone of the project alone does not have it. */
export const sharedData = (path: string): URL => new URL(`../../../../shared/data/${path}`, import.meta.url);

/** A test that reads such data. Where they are not there it is skipped, and counted as skipped. */
export const testWithData = (data: URL): ((name: string, body: () => void) => void) => (existsSync(fileURLToPath(data)) ? test : test.skip);
