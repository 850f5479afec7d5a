-- 17,500 records, more than a list is made of at once; rooms as people write them.
CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 17500)
SELECT i, printf('%08d-0000-7000-8000-000000000000', i) AS id, i * 7919 % 10007 AS mixed FROM n;
INSERT INTO ruhu_record(no, id, form, version, state, label, created_at, created_by, changed_at,
    changed_by, last_change, secret)
SELECT i, id, 'house', '1', 'complete', 'H' || i, '', '', '', '', i, x'00' FROM n;
INSERT INTO house(record_no, record_id, code, room, money)
SELECT i, id, 'H' || i, CASE mixed % 7 WHEN 0 THEN NULL WHEN 1 THEN 'Ost ' || mixed % 5
    WHEN 2 THEN '0-0' WHEN 3 THEN mixed % 40 ELSE mixed % 30 || '-' || mixed % 11 END,
    CASE mixed % 5 WHEN 0 THEN NULL ELSE (mixed % 200 - 100) * 0.5 END FROM n;
INSERT INTO house__visit(record_no, record_id, row_id, row_position, month)
SELECT i, id, 'v' || i || '-' || k, k, printf('2026-%02d', (mixed + k) % 12 + 1)
FROM n, (SELECT 1 AS k UNION SELECT 2 UNION SELECT 3) WHERE mixed % 3 = 0;
INSERT INTO ruhu_search(rowid, words) SELECT i, 'H' || i FROM n;
