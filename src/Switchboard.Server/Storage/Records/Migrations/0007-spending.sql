-- What was spent by day, for budgets: a few rows for each of them, whatever else a day is told apart by. The scope is a
-- word and an id: key:key_1, project:project_1, team:team_1, provider:openai.
CREATE TABLE ledger_spent (
    scope TEXT NOT NULL,
    day BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (scope, day)
);

INSERT INTO ledger_spent (scope, day, cost) SELECT 'key:' || key_id, day, SUM(cost) FROM ledger_day WHERE key_id <> '' GROUP BY key_id, day;
INSERT INTO ledger_spent (scope, day, cost) SELECT 'project:' || project_id, day, SUM(cost) FROM ledger_day WHERE project_id <> '' GROUP BY project_id, day;
INSERT INTO ledger_spent (scope, day, cost) SELECT 'provider:' || provider, day, SUM(cost) FROM ledger_day WHERE provider <> '' GROUP BY provider, day;
INSERT INTO ledger_spent (scope, day, cost) SELECT 'team:' || team_id, at / 86400000000, SUM(COALESCE(cost, 0)) FROM ledger_row WHERE team_id <> '' GROUP BY team_id, at / 86400000000;
