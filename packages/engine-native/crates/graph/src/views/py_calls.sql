-- One row for each call site: its target, or the reason why it has none.
WITH linked AS (
    SELECT
        c.*,
        s.outcome,
        coalesce(c.target_kind, s.target_kind) AS found_kind,
        coalesce(c.target_def_id, s.target_def_id) AS found_def_id,
        coalesce(c.target_qualified_name, s.target_qualified_name) AS found_name,
        coalesce(c.reason, s.reason) AS found_reason
    FROM extracted_symbols AS s
    RIGHT JOIN extracted_calls AS c ON c.symbol_id = s.symbol_id
),
judged AS (
    SELECT *, coalesce(found_kind IN ('class', 'function', 'lambda', 'external', 'builtin'), false) AS is_target
    FROM linked
)
SELECT
    call_id, file_id, path, caller_def_id, ast_parent_id,
    callee_text, callee_name, positional_args, keyword_args, has_star_args,
    CASE WHEN is_target THEN CASE outcome WHEN 'builtin' THEN 'builtin' ELSE resolution END END AS resolution,
    CASE WHEN is_target THEN found_def_id END AS target_def_id,
    CASE WHEN is_target THEN found_kind END AS target_kind,
    CASE WHEN is_target THEN found_name END AS target_qualified_name,
    candidates,
    CASE
        WHEN is_target THEN NULL
        WHEN found_reason IS NOT NULL THEN found_reason
        WHEN found_kind = 'module' THEN 'dynamic_attr'
        -- The name is bound to a variable: what it holds is not known here.
        ELSE 'callee_unknown_type'
    END AS reason,
    bstart, bend, line, end_line
FROM judged
