-- One row for each base class that a class statement names: its target, or the reason why it has none.
WITH linked AS (
    SELECT
        b.*,
        s.outcome,
        coalesce(b.target_kind, s.target_kind) AS found_kind,
        coalesce(b.target_def_id, s.target_def_id) AS found_def_id,
        coalesce(b.target_qualified_name, s.target_qualified_name) AS found_name,
        coalesce(b.reason, s.reason) AS found_reason
    FROM extracted_symbols AS s
    RIGHT JOIN extracted_bases AS b ON b.symbol_id = s.symbol_id
),
judged AS (
    SELECT *, coalesce(found_kind IN ('class', 'external', 'builtin'), false) AS is_target
    FROM linked
)
SELECT
    class_def_id, file_id, path, position, base_text,
    CASE WHEN is_target THEN CASE outcome WHEN 'builtin' THEN 'builtin' ELSE resolution END END AS resolution,
    CASE WHEN is_target THEN found_def_id END AS target_def_id,
    CASE WHEN is_target THEN found_kind END AS target_kind,
    CASE WHEN is_target THEN found_name END AS target_qualified_name,
    candidates,
    CASE WHEN is_target THEN NULL ELSE coalesce(found_reason, 'callee_unknown_type') END AS reason,
    bstart, bend, line
FROM judged
