"""What a shop is asked for."""

import msgspec


class Order(msgspec.Struct):
    """An order."""

    id: int
    note: str | None = None
