/** Whole numbers from 0 to `amount`, in pieces of at most `size`. */
export function* batches(amount: number, size: number): Generator<readonly number[]> {
  for (let start = 0; start < amount; start += size)
    yield Array.from({ length: Math.min(size, amount - start) }, (_, index) => start + index);
}
