"""The check of a kitchen's own native functions, for the page on the test kit."""


def check_stove():
    return "stove with 4 rings"
