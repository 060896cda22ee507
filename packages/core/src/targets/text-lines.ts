/** A line as an editor counts it, from 1 on. */
export type TextLine = {
  readonly line: number;
  readonly text: string;
  /** A row of a table that says something, if not here. */
  readonly isRow?: boolean;
};

/** The lines of a text that comes in parts, those of a part together, whatever ends them: LF, CRLF or CR. */
export async function* textLines(parts: AsyncIterable<string>): AsyncGenerator<readonly TextLine[]> {
  let line = 0;
  let rest = '';
  const numbered = (texts: readonly string[]): readonly TextLine[] => texts.map((text) => ({ line: ++line, text }));
  for await (const part of parts) {
    const isInLine = !rest.endsWith('\r') && !/[\r\n]/.test(part);
    const text = rest + part;
    rest = text;
    // Of a line without an end only the new part is looked at.
    if (isInLine) continue;
    // A CR at the end may be half of a CRLF.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(LINE_END);
    rest = (lines.pop() ?? '') + text.slice(whole.length);
    yield numbered(lines);
  }
  yield numbered(rest.split(LINE_END));
}

const LINE_END = /\r\n|\n|\r/;
