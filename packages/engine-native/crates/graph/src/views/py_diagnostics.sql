-- One row for each thing that is wrong with a file: syntax errors, and files that can't be read or decoded.
SELECT file_id, path, severity, code, message, bstart, bend, line, "column"
FROM extracted_diagnostics
