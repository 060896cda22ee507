import { ValidationError } from '@otklik/shared';

/** A file that is not taken, with what is wrong with it as a whole. */
export const refuseFile = (detail: string): ValidationError => new ValidationError(`The file ${detail}.`, [{ pointer: '', detail }]);
