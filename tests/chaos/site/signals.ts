import type { ExitStatus } from '@otklik/testing';
import type { Member, Slot } from './slot.ts';

/** SIGKILL, and its end. */
export const killMember = (member: Member): Promise<ExitStatus> => {
  member.state = 'killed';
  return member.process.kill('SIGKILL');
};

/** SIGTERM, and its end. */
export const dismissMember = (member: Member): Promise<ExitStatus> => {
  member.state = 'leaving';
  return member.process.kill('SIGTERM');
};

/** SIGSTOP; it is one of the others until `resumeMember`. */
export const stopMember = (member: Member): void => {
  member.state = 'stopped';
  member.process.signal('SIGSTOP');
};

export const resumeMember = (member: Member): void => {
  member.process.signal('SIGCONT');
  if (member.state === 'stopped') member.state = 'up';
};

/** Those that take part right now. */
export const membersUp = (slots: readonly Slot[]): readonly Member[] =>
  slots.flatMap((slot) => {
    const member = slot.current();
    return member?.state === 'up' ? [member] : [];
  });
