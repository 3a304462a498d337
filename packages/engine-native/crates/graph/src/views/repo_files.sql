-- One row for each file of the repository, also for those that could not be read or parsed.
SELECT
    file_id, path, language, status, encoding, size_bytes, text_bytes, lines, content_hash, module_name, import_root, error
FROM extracted_files
