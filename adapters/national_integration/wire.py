"""The words of the integration API: its procedure, its decision and its lists, as strict types with tolerant leaves.

In: nothing. Out: structs for decoding. Keys are upper case; leaves are strings that may come as numbers or null; an
array with one element may come as that element, an empty one as null or "". Source: public clients of 2020 to 2025.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec import Raw, Struct

from syncd.sides.errors import ShapeError

T = TypeVar("T")

Text = str | int | float | None


class ListRow(Struct, rename="upper"):
    """One row of ``LayDanhSachTTHC``: the code and the name are all that it says."""

    matthc: str
    tentthc: Text = None


class FieldLine(Struct, rename="upper"):
    malinhvuc: Text = None
    tenlinhvuc: Text = None


class LevelLine(Struct, rename="upper"):
    capthuchien: Text = None


class StepText(Struct, rename="upper"):
    tentrinhtu: Text = None


class StepCase(Struct, rename="upper"):
    truonghop: Text = None
    trinhtu: list[StepText] | StepText | str | None = None


class FeeLine(Struct, rename="upper"):
    """``MAPHILEPHI`` is opaque: clients compare it with ``1'`` and ``2'``, stray quote and all."""

    maphilephi: Text = None
    sotien: Text = None
    donvi: Text = None
    mota: Text = None


class TimeLine(Struct, rename="upper"):
    thoigiangiaiquyet: Text = None
    donvitinh: Text = None
    mota: Text = None
    philephi: list[FeeLine] | FeeLine | str | None = None


class MethodLine(Struct, rename="upper"):
    """``PHILEPHI`` stands under each time, and in some answers beside them."""

    kenh: Text = None
    thoigian: list[TimeLine] | TimeLine | str | None = None
    philephi: list[FeeLine] | FeeLine | str | None = None


class Paper(Struct, rename="upper"):
    """It comes once for each of its files (``TENMAUDON``, ``URL``)."""

    magiayto: Text = None
    tengiayto: Text = None
    sobanchinh: Text = None
    sobansao: Text = None
    tenmaudon: Text = None
    url: Text = None


class PaperCase(Struct, rename="upper"):
    truonghop: Text = None
    giayto: list[Paper] | Paper | str | None = None


class ResultLine(Struct, rename="upper"):
    tenketqua: Text = None


class LawLine(Struct, rename="upper"):
    sovanban: Text = None
    tenvanban: Text = None


class UnitLine(Struct, rename="upper"):
    """A unit, in the record and in ``LayDanhMucCoQuan``."""

    madonvi: Text = None
    tendonvi: Text = None


class SubjectLine(Struct, rename="upper"):
    tendoituong: Text = None


class ProcedureRecord(Struct, rename="upper"):
    """``result[0]`` of ``LayThuTuc``, as far as the canonical record has a place for it."""

    matthc: str
    id: Text = None
    tentthc: Text = None
    macoquancongbo: Text = None
    loaitthc: Text = None
    trangthai: Text = None
    yeucau: Text = None
    motacoquanthuchien: Text = None
    linhvucthuchien: list[FieldLine] | FieldLine | str | None = None
    capthuchien: list[LevelLine] | LevelLine | str | None = None
    trinhtuthuchien: list[StepCase] | StepCase | str | None = None
    cachthucthuchien: list[MethodLine] | MethodLine | str | None = None
    thanhphanhoso: list[PaperCase] | PaperCase | str | None = None
    ketquathuchien: list[ResultLine] | ResultLine | str | None = None
    cancuphaply: list[LawLine] | LawLine | str | None = None
    coquanthuchien: list[UnitLine] | UnitLine | str | None = None
    doituongthuchien: list[SubjectLine] | SubjectLine | str | None = None


class DecisionRecord(Struct, rename="upper"):
    """``LayQDCB``."""

    soquyetdinh: Text = None
    ngayquyetdinh: Text = None


class Identity(Struct, rename="upper"):
    """By what a detail is recognised, and which decision it names."""

    matthc: Text = None
    tentthc: Text = None
    idquyetdinhcongbo: Text = None
    macoquancongbo: Text = None


class Kept(Struct):
    """One detail as it is kept: the record and its decision as sent, the publisher's name out of the catalogue."""

    procedure: ProcedureRecord
    decision: DecisionRecord | None = None
    publisher: str | None = None


class KeptRaw(Struct):
    procedure: Raw
    decision: Raw
    publisher: str | None


def text(leaf: Text) -> str:
    """A leaf as text, verbatim; "" for null."""
    return "" if leaf is None else str(leaf)


def several(lines: list[T] | T | str | None, path: str, where: str) -> list[T]:
    """The elements of an array, however it came. Raises `ShapeError` for a text that is not empty."""
    if lines is None:
        return []
    if isinstance(lines, str):
        if lines.strip():
            raise ShapeError(f"expected an array, got {lines[:40]!r}", where=where, path=path)
        return []
    return lines if isinstance(lines, list) else [lines]
