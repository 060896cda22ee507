-- Runs once, when the database of docker-compose.yml is made (psql, as superuser). Two roles besides the superuser, whom no
-- process of ours ever is: the migrator owns the database and makes tables, the app reads and writes what is in them.
\set migrator_password `cat /run/secrets/postgres_migrator_password`
\set app_password `cat /run/secrets/postgres_app_password`

CREATE ROLE otklik_migrator LOGIN PASSWORD :'migrator_password';
CREATE ROLE otklik_app LOGIN PASSWORD :'app_password';

-- Its owner may create in the schema public; nobody else may, and strangers can't even connect.
ALTER DATABASE :"DBNAME" OWNER TO otklik_migrator;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO otklik_app;
GRANT USAGE ON SCHEMA public TO otklik_app;

-- Of every table that a migration will make.
ALTER DEFAULT PRIVILEGES FOR ROLE otklik_migrator IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO otklik_app;
ALTER DEFAULT PRIVILEGES FOR ROLE otklik_migrator IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO otklik_app;
