"""A kitchen with a mistake, whose failing tests the page on triage explains."""


def weigh(egg):
    return egg.grams


def boil(eggs, minutes):
    return [weigh(egg) + minutes for egg in eggs]
