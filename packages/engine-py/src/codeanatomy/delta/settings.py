"""What a table promises: constraints, properties, features of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeanatomy.delta.location import TableAtLocation, given
from codeanatomy.delta.records import (
    Commit,
    ConstraintsReport,
    PropertiesReport,
    ProtocolReport,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Settings(TableAtLocation):
    """The operations on what a table promises."""

    def add_constraints(
        self, constraints: Mapping[str, str], *, commit: Commit | None = None
    ) -> ConstraintsReport:
        """Add conditions that every row has to meet, now and from now on.

        Args:
            constraints: The condition of each constraint, in SQL over the columns.
            commit: What the commit carries.

        Returns:
            All constraints of the table.

        Raises:
            DeltaRowsError: Rows break one (`delta-constraint-violated`); the message has their
                number.
            InvalidOptionError: A condition is none (`delta-expression-invalid`).
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("positive")
            >>> _ = table.overwrite(pyarrow.table({"id": [1, 2]}))
            >>> table.add_constraints({"positive": "id > 0"}).constraints
            {'positive': 'id > 0'}
        """
        options = given(constraints=dict(constraints), commit=commit)
        return self._run("add-constraints", ConstraintsReport, options)

    def drop_constraints(
        self, names: Sequence[str], *, commit: Commit | None = None
    ) -> ConstraintsReport:
        """Drop constraints, each in a commit of its own.

        Args:
            names: Their names.
            commit: What the commits carry.

        Returns:
            The constraints that are left.

        Raises:
            InvalidOptionError: The table has no such constraint.
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("free")
            >>> _ = table.overwrite(pyarrow.table({"id": [1, 2]}))
            >>> _ = table.add_constraints({"positive": "id > 0"})
            >>> table.drop_constraints(["positive"]).constraints
            {}
        """
        options = given(names=list(names), commit=commit)
        return self._run("drop-constraints", ConstraintsReport, options)

    def set_properties(
        self,
        properties: Mapping[str, str],
        *,
        allow_unknown: bool = False,
        commit: Commit | None = None,
    ) -> PropertiesReport:
        """Set properties of the table.

        Args:
            properties: The values by name.
            allow_unknown: Also sets names with `delta.` that Delta does not know, and values that
                it does not understand.
            commit: What the commit carries.

        Returns:
            All properties of the table.

        Raises:
            InvalidOptionError: Delta does not know a name, or does not understand a value.
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("kept")
            >>> _ = table.overwrite(pyarrow.table({"id": [1]}))
            >>> table.set_properties({"delta.logRetentionDuration": "interval 7 days"}).properties
            {'delta.logRetentionDuration': 'interval 7 days'}
        """
        options = given(properties=dict(properties), allow_unknown=allow_unknown, commit=commit)
        return self._run("set-properties", PropertiesReport, options)

    def add_features(
        self,
        features: Sequence[str],
        *,
        allow_protocol_upgrade: bool = False,
        commit: Commit | None = None,
    ) -> ProtocolReport:
        """Add features of the Delta protocol.

        Args:
            features: Their names, for example `deletionVectors`.
            allow_protocol_upgrade: Raises the versions of the protocol where that is needed; older
                readers and writers are then locked out.
            commit: What the commit carries.

        Returns:
            What the table now asks of its readers and writers.

        Raises:
            InvalidOptionError: There is no such feature, or the protocol is too old for it.
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("modern")
            >>> _ = table.overwrite(pyarrow.table({"id": [1]}))
            >>> table.add_features(["changeDataFeed"], allow_protocol_upgrade=True).writer_features
            ('changeDataFeed',)
        """
        options = given(
            features=list(features),
            allow_protocol_upgrade=allow_protocol_upgrade,
            commit=commit,
        )
        return self._run("add-features", ProtocolReport, options)

    def check_protocol(
        self,
        *,
        min_reader_version: int | None = None,
        min_writer_version: int | None = None,
        required_reader_features: Sequence[str] = (),
        required_writer_features: Sequence[str] = (),
    ) -> ProtocolReport:
        """Refuse the table unless it promises what the caller depends on.

        Args:
            min_reader_version: The least version of the reader protocol.
            min_writer_version: The least version of the writer protocol.
            required_reader_features: Features that readers have to support.
            required_writer_features: Features that writers have to support.

        Returns:
            What the table asks of its readers and writers.

        Raises:
            DeltaTableError: It lacks some of these (`delta-protocol-insufficient`).
            DeltaTableNotFoundError: There is no table.

        Examples:
            >>> import pyarrow
            >>> from codeanatomy.delta import DeltaTable
            >>> table = DeltaTable("plain")
            >>> _ = table.overwrite(pyarrow.table({"id": [1]}))
            >>> table.check_protocol(min_writer_version=2).min_reader_version
            1
        """
        options = given(
            min_reader_version=min_reader_version,
            min_writer_version=min_writer_version,
            required_reader_features=list(required_reader_features),
            required_writer_features=list(required_writer_features),
        )
        return self._run("check-protocol", ProtocolReport, options)
