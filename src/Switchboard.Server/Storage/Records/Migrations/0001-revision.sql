-- The number of the last administrative change. Whoever makes one raises it first, which puts all of them in one order.
CREATE TABLE revision (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    value BIGINT NOT NULL
);
INSERT INTO revision (id, value) VALUES (1, 0);
