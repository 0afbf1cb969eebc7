"""Cells of a client list that are days, sums, counts and fields of one's own; each refusal names the column and the value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_precision

from crm.errors import CrmError, Invalid
from crm.fields import read_line
from crm.imports.days import Order, Unclear, order_of, read_date
from crm.imports.mapping import ClientField, currency_in
from crm.imports.numbers import decimal_mark, minor_units, read_decimal
from crm.imports.reading import Row, Table
from crm.purchase_totals import FirstAfterLast, Told
from crm.purchases import MOST_MINOR
from crm.segments.values import currency_of
from storage.custom_values import NAME_LIMIT, field_key

CONTRACT_END = "Contract end"  # the field of one's own that rules and automations ask for
OWN_LIMIT = 1_000
MOST_PURCHASES = 1_000_000

_DAYS = (ClientField.BIRTHDAY, ClientField.CONTRACT_END, ClientField.FIRST_PURCHASE, ClientField.LAST_PURCHASE)
_SUM = re.compile(r"([^\d.,+-]*)([+-]?\d[\d\s\u00a0\u202f'’.,]*?)\s*([^\d,'’]*)")
_COUNT = re.compile(r"(\d{1,3}(?:[\s\u00a0\u202f.,'’]\d{3})+|\d+)(?:[.,]0+)?")


class BadDate(CrmError):
    """No day that can be read. Parameters: column, value."""

    code = "imports.bad_date"


class UnclearDate(CrmError):
    """Two days, day first or month first, and the file has both ways. Parameters: column, value."""

    code = "imports.unclear_date"


class DateAhead(CrmError):
    """A day to come where it must have been. Parameters: column, value."""

    code = "imports.date_ahead"


class BadNumber(CrmError):
    """No number, or one that could be a thousandfold of itself. Parameters: column, value."""

    code = "imports.bad_number"


class BadCurrency(CrmError):
    """No currency, or none at all. Parameters: column, value."""

    code = "imports.bad_currency"


@dataclass(frozen=True)
class Facts:
    """How the file writes days and sums, found out once; `currency` is meant where nothing names one."""

    headers: Sequence[str]
    columns: Mapping[ClientField, Sequence[int]]
    order: Order
    mark: str
    currency: str
    today: date

    def birthday(self, row: Row) -> date | None:
        return self._past(row, ClientField.BIRTHDAY)

    def own(self, row: Row) -> dict[str, str]:
        """Fields of one's own by name; a contract's end as a day every rule understands."""
        found: dict[str, str] = {}
        for column in self.columns.get(ClientField.OWN, ()):
            name = read_line(self.headers[column], field="name", limit=NAME_LIMIT)
            if field_key(name) and (value := read_line(row.cells[column], field="own", limit=OWN_LIMIT)):
                found[name] = value
        if ends := self._day(row, ClientField.CONTRACT_END):
            found[CONTRACT_END] = ends.isoformat()
        return found

    def told(self, row: Row) -> Told:
        """What the row tells of purchases."""
        amount, currency = self._sum(row)
        first, last = self._past(row, ClientField.FIRST_PURCHASE), self._past(row, ClientField.LAST_PURCHASE)
        if first and last and first > last:
            raise FirstAfterLast(first=first.isoformat(), last=last.isoformat())
        return Told(self._count(row), amount, currency, first, last)

    def _cell(self, row: Row, meaning: ClientField) -> tuple[str, str]:
        """The column's heading and what stands in it; both empty without such a column."""
        columns = self.columns.get(meaning, ())
        column = next((one for one in columns if row.cells[one]), next(iter(columns), None))
        return ("", "") if column is None else (self.headers[column], row.cells[column])

    def _day(self, row: Row, meaning: ClientField) -> date | None:
        header, text = self._cell(row, meaning)
        if not text:
            return None
        try:
            return read_date(text, order=self.order)
        except Unclear:
            raise UnclearDate(column=header, value=text[:40]) from None
        except ValueError:
            raise BadDate(column=header, value=text[:40]) from None

    def _past(self, row: Row, meaning: ClientField) -> date | None:
        day = self._day(row, meaning)
        if day is not None and day > self.today:
            header, text = self._cell(row, meaning)
            raise DateAhead(column=header, value=text[:40])
        return day

    def _count(self, row: Row) -> int | None:
        header, text = self._cell(row, ClientField.PURCHASES)
        if not text:
            return None
        found = _COUNT.fullmatch(text)
        number = int(re.sub(r"\D", "", found[1])) if found else MOST_PURCHASES + 1
        if number > MOST_PURCHASES:
            raise BadNumber(column=header, value=text[:40])
        return number

    def _sum(self, row: Row) -> tuple[int | None, str | None]:
        header, text = self._cell(row, ClientField.PURCHASE_SUM)
        if not text:
            return None, None
        said, number = _split(text)
        titled, named = self._cell(row, ClientField.CURRENCY)
        currency = currency_of(said or named or currency_in(header) or self.currency)
        if currency is None:
            raise BadCurrency(column=header if said else titled or header, value=said or named or text[:40])
        most = Decimal(MOST_MINOR).scaleb(-get_currency_precision(currency))
        try:
            amount = read_decimal(number, field="sum", mark=self.mark, below_zero=True, most=most)
        except Invalid:
            amount = None
        if amount is None:
            raise BadNumber(column=header, value=text[:40])
        return minor_units(amount, currency), currency


def facts_of(table: Table, columns: Mapping[ClientField, Sequence[int]], *, currency: str, today: date) -> Facts:
    """Looks through the whole file once."""

    def cells(*meanings: ClientField) -> list[str]:
        chosen = [column for meaning in meanings for column in columns.get(meaning, ())]
        return [row.cells[column] for row in table.rows for column in chosen]

    mark = decimal_mark(_split(cell)[1] for cell in cells(ClientField.PURCHASE_SUM))
    return Facts(table.headers, columns, order_of(cells(*_DAYS)), mark, currency, today)


def _split(text: str) -> tuple[str, str]:
    """The currency written with a sum, and the rest of it."""
    found = _SUM.fullmatch(text.strip())
    if found is None or (found[1].strip() and found[3].strip(" .")):
        return "", text
    return found[1].strip() or found[3].strip(" ."), found[2]
