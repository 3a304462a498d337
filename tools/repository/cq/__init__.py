"""`tools/cq`: searches sources and says what each match is; holds the forbidden symbols."""
