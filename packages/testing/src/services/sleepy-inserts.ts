/** From here on whoever inserts a job sleeps, and holds its connection, until its statement is given up. Moves are no inserts. */
export const SLEEPY_INSERTS = `
CREATE FUNCTION sleep_long() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
CREATE TRIGGER sleepy BEFORE INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION sleep_long()`;

/** Ends that, once nobody sleeps any more. */
export const QUICK_INSERTS = 'DROP FUNCTION sleep_long() CASCADE';
