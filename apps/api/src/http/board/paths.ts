/** Where browsers of operators go; everything below takes HTTP Basic, and nothing else does. */
export const ADMIN_PATH = '/admin';
export const BOARD_PATH = `${ADMIN_PATH}/queues`;
export const adminJobPath = (jobId: string): string => `${ADMIN_PATH}/jobs/${jobId}`;
