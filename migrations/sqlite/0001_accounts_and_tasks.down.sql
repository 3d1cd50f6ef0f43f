DROP TABLE task_words;
DROP TABLE tasks;
DROP TABLE deleted_users;
DROP TABLE users;
