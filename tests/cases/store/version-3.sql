-- A store of version 3, as podium 0.1.0 wrote it on 2026-11-26: two results, one case that is due
-- and has none. By sqlite3 .dump, which leaves the version out.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE submission ( path TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, team TEXT NOT NULL, tasks TEXT NOT NULL, problem TEXT, received_ms INTEGER, seq INTEGER, PRIMARY KEY (path, digest)) STRICT;
CREATE TABLE result ( key TEXT PRIMARY KEY, digest TEXT NOT NULL, task TEXT NOT NULL, case_id TEXT NOT NULL, verdict TEXT NOT NULL, recorded_ms INTEGER NOT NULL, json TEXT NOT NULL, items TEXT) STRICT;
INSERT INTO result VALUES('5f3bbd3c133257b69f5b46cdbfbbb17fb9ceea02cc1e83ae6b319d0fb0fe4274','bfa95756580eb5635fbb6c8e7442e9919924132905065b1f2a98ecf537163991','tile','tile-xla','OK',1795715745327,'{"schema":"podium.result/1","task":"tile","case":"tile-xla","repeat":0,"key":"5f3bbd3c133257b69f5b46cdbfbbb17fb9ceea02cc1e83ae6b319d0fb0fe4274","verdict":"OK","message":"submission.csv:4: \"7\" twice\nand one more","raw":0.10000000000000001,"unit":"mean","score":33.0625,"wall_ns":1200000000,"cpu_ns":1100000000,"memory_bytes":4096000,"exit_code":0,"signal":0,"idle":false,"notes":[]}','[{"id":"g1","value":0.050000000000000003},{"id":"g2","value":0.14999999999999999}]');
INSERT INTO result VALUES('c6d6fb5e66d1674f254711d2635546c8f998885007a4249caee915c6fd82cffb','bfa95756580eb5635fbb6c8e7442e9919924132905065b1f2a98ecf537163991','layout','layout-conv','TLE',1795715745328,'{"schema":"podium.result/1","task":"layout","case":"layout-conv","repeat":0,"key":"c6d6fb5e66d1674f254711d2635546c8f998885007a4249caee915c6fd82cffb","verdict":"TLE","wall_ns":9000000000,"cpu_ns":8000000000,"memory_bytes":1,"exit_code":0,"signal":9,"idle":false,"notes":[]}',NULL);
CREATE TABLE due ( digest TEXT NOT NULL, set_key TEXT NOT NULL, task TEXT NOT NULL, case_id TEXT NOT NULL, repeat INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (digest, set_key, case_id, repeat)) STRICT;
INSERT INTO due VALUES('bfa95756580eb5635fbb6c8e7442e9919924132905065b1f2a98ecf537163991','set-tile','tile','tile-xla',0,'5f3bbd3c133257b69f5b46cdbfbbb17fb9ceea02cc1e83ae6b319d0fb0fe4274');
INSERT INTO due VALUES('bfa95756580eb5635fbb6c8e7442e9919924132905065b1f2a98ecf537163991','set-layout','layout','layout-conv',0,'c6d6fb5e66d1674f254711d2635546c8f998885007a4249caee915c6fd82cffb');
INSERT INTO due VALUES('96396e0fda42892aedf84cc08c5d8fd4d9f2681f26926fb30f08127f269141e5','set-layout','layout','layout-nlp',0,'8a1b6a4c47c2ffe3955db8cb53bbc569bd614b0490271d541be1b7d3c35043c5');
CREATE TABLE event ( seq INTEGER PRIMARY KEY, text TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE clock ( seq INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL, boot TEXT NOT NULL, boot_ms INTEGER NOT NULL) STRICT;
CREATE TABLE judge_error ( at_ms INTEGER NOT NULL, digest TEXT NOT NULL, task TEXT NOT NULL, case_id TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL) STRICT;
CREATE TABLE scope ( set_key TEXT NOT NULL, common TEXT NOT NULL, task TEXT NOT NULL, scorer TEXT NOT NULL, cases TEXT NOT NULL, split TEXT NOT NULL, PRIMARY KEY (set_key, common)) STRICT;
CREATE TABLE drift ( started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, cpu INTEGER NOT NULL, before_ns INTEGER NOT NULL, after_ns INTEGER NOT NULL) STRICT;
CREATE TRIGGER result_is_append_only BEFORE UPDATE ON result BEGIN SELECT RAISE(ABORT, 'results are never changed'); END;
CREATE TRIGGER result_is_kept BEFORE DELETE ON result BEGIN SELECT RAISE(ABORT, 'results are never deleted'); END;
CREATE TRIGGER event_is_chained BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'an event does not follow the last one')  WHERE NEW.seq <> coalesce((SELECT max(seq) FROM event), 0) + 1  OR json_extract(NEW.text, '$.seq') IS NOT NEW.seq  OR json_extract(NEW.text, '$.prev') IS NOT   coalesce((SELECT digest FROM event WHERE seq = NEW.seq - 1),    '0000000000000000000000000000000000000000000000000000000000000000')  OR NEW.digest IS NOT podium_digest(NEW.text); END;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE INDEX due_by_set ON due (set_key, digest);
COMMIT;
PRAGMA user_version = 3;
