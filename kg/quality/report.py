"""What an import kept and set aside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from kg.errors import InputError
from kg.records import Look

REPORT_VERSION = 1


@dataclass(slots=True)
class TableReport:
    """Counts of one table.

    Attributes:
        read: records that the reader gave.
        kept: of these, rows of the clean table.
        quarantined: code of the rule -> records set aside.
        implied: rows added for what other tables name; the clean table has ``kept + implied`` rows.
    """

    read: int = 0
    kept: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    implied: int = 0


@dataclass(slots=True)
class QualityReport:
    """The outcome of an import, also written as ``report.json``.

    Attributes:
        tables: name -> counts, for every table with records or implied rows.
        unreadable: code of the rule -> lines that did not become records.
        source: what was read, empty if records came from elsewhere.
        format: name of the reader, empty if records came from elsewhere.
        seen: how files were understood.
        currencies: currency -> how many prices had it written beside them.
    """

    tables: dict[str, TableReport] = field(default_factory=dict)
    unreadable: Counter[str] = field(default_factory=Counter)
    source: str = ""
    format: str = ""
    seen: Look = field(default_factory=Look)
    currencies: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        """Records of all tables, and lines that did not become records."""
        return sum(table.read for table in self.tables.values()) + self.unreadable.total()

    @property
    def kept(self) -> int:
        """Records kept, of all tables."""
        return sum(table.kept for table in self.tables.values())

    @property
    def quarantined(self) -> int:
        """Records and lines set aside."""
        return sum(table.quarantined.total() for table in self.tables.values()) + self.unreadable.total()

    def check(self) -> None:
        """Check that nothing was lost: every table's read = kept + quarantined.

        Raises:
            InputError: it is not so, which is an error of shopgraph.
        """
        for name, table in self.tables.items():
            if table.read != table.kept + table.quarantined.total():
                raise InputError(
                    f"Rows of {name} were lost: {table.read} read, {table.kept} kept, "
                    f"{table.quarantined.total()} quarantined. This is an error of shopgraph; please report it."
                )

    def as_dict(self) -> dict[str, Any]:
        """Give the report as it stands in ``report.json``."""
        return {
            "version": REPORT_VERSION,
            "source": self.source,
            "format": self.format,
            "read": self.read,
            "kept": self.kept,
            "quarantined": self.quarantined,
            "tables": {
                name: {
                    "read": table.read,
                    "kept": table.kept,
                    "quarantined": dict(sorted(table.quarantined.items())),
                    "implied": table.implied,
                }
                for name, table in sorted(self.tables.items())
            },
            "unreadable": dict(sorted(self.unreadable.items())),
            "columns": {file: dict(found) for file, found in self.seen.columns.items()},
            "attributes": {file: list(found) for file, found in self.seen.attributes.items()},
            "unread": list(self.seen.unread),
            "currencies": dict(sorted(self.currencies.items())),
        }

    def write(self, path: Path) -> None:
        """Write ``report.json``."""
        path.write_bytes(orjson.dumps(self.as_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    @classmethod
    def load(cls, path: Path) -> QualityReport:
        """Read ``report.json``.

        Raises:
            InputError: it cannot be read.
        """
        try:
            data = orjson.loads(path.read_bytes())
            tables = {
                name: TableReport(
                    read=table["read"],
                    kept=table["kept"],
                    quarantined=Counter(table["quarantined"]),
                    implied=table["implied"],
                )
                for name, table in data["tables"].items()
            }
            seen = Look(data.get("columns", {}), data.get("attributes", {}), data.get("unread", ()))
            currencies = Counter(data.get("currencies", {}))
            return cls(tables, Counter(data["unreadable"]), data["source"], data["format"], seen, currencies)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is no import report ({error}). Run the import again.") from error
