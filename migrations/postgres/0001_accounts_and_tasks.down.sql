DROP TABLE secrets;
DROP TABLE tasks;
DROP TABLE deleted_users;
DROP TABLE user_emails;
DROP TABLE users;
