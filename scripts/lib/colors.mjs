/** Variables for a program whose output ends up in ours: colors for a person at a terminal, none in a log. */
export const colors = () => (process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: undefined });
