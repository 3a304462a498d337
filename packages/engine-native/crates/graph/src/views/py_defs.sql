-- One row for each thing that a name is bound to, and for each module and lambda.
SELECT
    def_id, file_id, path, def_kind, name, qualified_name,
    owner_def_id AS parent_def_id, ast_parent_id,
    is_async, parameter_kind,
    bstart, bend, name_bstart, name_bend, line, end_line
FROM extracted_defs
