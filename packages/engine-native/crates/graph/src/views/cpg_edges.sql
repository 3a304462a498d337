-- The edges of the graph. An edge is identified by its kind, its ends and where in the file it comes from.
WITH edges AS (
    -- Syntax: from a node to what stands directly in it.
    SELECT
        'AST' AS edge_kind, ast_parent_id AS src_node_id, def_id AS dst_node_id, path, bstart, bend, line,
        'py_defs' AS origin, 'syntactic' AS resolution_method, 1 AS candidates
    FROM py_defs
    WHERE def_kind <> 'variable'
    UNION ALL
    SELECT 'AST', ast_parent_id, import_id, path, bstart, bend, line, 'py_imports', 'syntactic', 1
    FROM py_imports
    UNION ALL
    SELECT 'AST', ast_parent_id, call_id, path, bstart, bend, line, 'py_calls', 'syntactic', 1
    FROM py_calls
    UNION ALL
    -- Ownership: from the module, class or function whose code it is. A default value is syntax of the function, but code of its surroundings.
    SELECT 'CONTAINS', coalesce(parent_def_id, file_id), def_id, path, bstart, bend, line, 'py_defs', 'syntactic', 1
    FROM py_defs
    WHERE def_kind <> 'variable'
    UNION ALL
    SELECT 'CONTAINS', scope_def_id, import_id, path, bstart, bend, line, 'py_imports', 'syntactic', 1
    FROM py_imports
    UNION ALL
    SELECT 'CONTAINS', caller_def_id, call_id, path, bstart, bend, line, 'py_calls', 'syntactic', 1
    FROM py_calls
    UNION ALL
    -- From an import to what it brings in; a variable has no node, so its module stands for it.
    SELECT
        'IMPORTS', import_id,
        CASE WHEN target_kind IN ('module', 'class', 'function') THEN target_def_id ELSE target_module_def_id END,
        path, bstart, bend, line, 'py_imports', 'import', 1
    FROM py_imports
    WHERE target_def_id IS NOT NULL
    UNION ALL
    SELECT 'INHERITS_FROM', class_def_id, target_def_id, path, bstart, bend, line, 'py_bases', resolution, candidates
    FROM py_bases
    WHERE target_def_id IS NOT NULL
    UNION ALL
    SELECT 'CALL', call_id, target_def_id, path, bstart, bend, line, 'py_calls', resolution, candidates
    FROM py_calls
    WHERE target_def_id IS NOT NULL
    UNION ALL
    -- From the code that uses a name to what the name stands for, or to the import that binds it.
    SELECT
        'REF', scope_def_id,
        CASE
            WHEN target_kind IN ('module', 'class', 'function', 'parameter') THEN target_def_id
            ELSE import_id
        END,
        path, bstart, bend, line, 'py_refs', resolution, candidates
    FROM py_refs
    WHERE import_id IS NOT NULL OR (target_def_id IS NOT NULL AND target_kind <> 'variable')
)
SELECT
    stable_id_parts('edge', edge_kind, src_node_id, dst_node_id, bstart) AS edge_id,
    edge_kind, src_node_id, dst_node_id, path, bstart, bend, line, origin, resolution_method,
    CAST(candidates AS INT) AS candidates
FROM edges
