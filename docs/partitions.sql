-- Makes the tables of what belongs to users 16 hash partitions each, by user_id (docs/scaling.md).
-- On a migrated database; todod must not be running:
--
--     todod migrate up
--     psql -X -v ON_ERROR_STOP=1 -f docs/partitions.sql "$DATABASE_URL"
--
-- What is in the tables is copied, and every index made anew: on an empty database that takes a
-- moment, with data its time and as much space again. All of it is one transaction.
DO $$
DECLARE
    partitions CONSTANT integer := 16;
    name       text;
    statement  text;
    options    text;
    key        text;
    indexes    text[];
BEGIN
    FOREACH name IN ARRAY
        ARRAY['users', 'deleted_users', 'tasks', 'changes', 'trash', 'idempotency_keys',
              'api_keys', 'tokens', 'conversations', 'messages', 'webhooks',
              'webhook_dead_letters']
    LOOP
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', name);
        SELECT coalesce(' WITH (' || array_to_string(reloptions, ', ') || ')', '') INTO options
            FROM pg_class WHERE oid = name::regclass;
        SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', name, conname,
                      pg_get_constraintdef(oid)) INTO STRICT key
            FROM pg_constraint WHERE conrelid = name::regclass AND contype = 'p';
        SELECT coalesce(array_agg(pg_get_indexdef(indexrelid)), '{}') INTO indexes
            FROM pg_index WHERE indrelid = name::regclass AND NOT indisprimary;

        EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_whole');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES)'
                       ' PARTITION BY HASH (user_id)', name, name || '_whole');
        FOR remainder IN 0 .. partitions - 1 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I'
                           ' FOR VALUES WITH (MODULUS %s, REMAINDER %s)%s',
                           format('%s_%s', name, remainder), name, partitions, remainder, options);
        END LOOP;
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', name, name || '_whole');
        EXECUTE format('DROP TABLE %I', name || '_whole');
        EXECUTE key;
        FOREACH statement IN ARRAY indexes LOOP
            EXECUTE statement;
        END LOOP;
    END LOOP;
END $$;
