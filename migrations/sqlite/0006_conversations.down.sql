DROP TABLE messages;
DROP TABLE conversations;
ALTER TABLE users DROP COLUMN last_conversation;
