from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.read import tables
from analysis.read.tables import read_table

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from('",\n\r\ufeff'))
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1).filter(
    lambda name: name.strip() and name not in ("file", "line")
)
# Few letters and many marks: nearly every draw has something odd in it.
MARKS = st.text('ab,"\n\r ', max_size=60)


@st.composite
def written(draw: st.DrawFn) -> tuple[list[str], list[list[str]], list[int], str]:
    """A table as csv.writer writes it, with blank lines strewn in: header, rows, lines, text."""
    header = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=8))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    # With LF alone at the ends, csv.writer leaves a CR bare, and no reader could bring it back.
    bare = end == "\n" and any("\r" in cell for row in [header, *rows] for cell in row)
    quoting = csv.QUOTE_ALL if bare or draw(st.booleans()) else csv.QUOTE_MINIMAL
    blank = draw(st.lists(st.integers(0, 2), min_size=len(rows) + 1, max_size=len(rows) + 1))
    text, lines = "", []
    for row, before in zip([header, *rows], blank, strict=True):
        text += end * before
        lines.append(len(re.findall(r"\r\n|\r|\n", text)) + 1)
        record = io.StringIO()
        csv.writer(record, lineterminator=end, quoting=quoting).writerow(row)
        text += record.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix(end)
    return header, rows, lines[1:], text


@given(written(), st.booleans())
def test_what_csv_writes_comes_back(tmp_path_factory: pytest.TempPathFactory, table, mark: bool) -> None:
    header, rows, lines, text = table
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(b"\xef\xbb\xbf" * mark + text.encode())
    frame, problems = read_table(path, header)
    assert list(frame.columns) == [*header, "file", "line"]
    assert frame[header].to_numpy().tolist() == rows
    assert frame["line"].tolist() == lines
    assert set(frame["file"]) <= {"written.csv"}
    assert problems.empty


@given(MARKS)
@example('a,b\n"x"",y\n')
@example('a\n""\n\n"')
def test_both_ways_read_the_same(text: str) -> None:
    plain = tables._plain(text.encode()) if text.strip() else None
    if plain is None:
        return
    (header, table, lines), problems = tables._odd(Path("t.csv"), text.encode())
    assert (plain[0], plain[1].to_pylist(), plain[2].tolist()) == (header, table.to_pylist(), lines.tolist())
    assert problems == []


@given(MARKS)
@example('a,b\n"c,d\ne,f\n"g,h\ni,j\n')
def test_every_line_is_in_one_record_or_problem(text: str) -> None:
    lines = io.StringIO(text, newline="").readlines()
    spans = [(begin, end) for begin, end, _ in tables._records(lines)]
    covered = [at for begin, end in spans for at in range(begin, end)]
    assert covered == sorted(set(covered))
    assert {at for at, line in enumerate(lines) if line.strip("\r\n")} <= set(covered)


def write(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_column_is_text(tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, "id,count\n001,NA\n2,\n"), []).frame
    assert frame[["id", "count"]].to_numpy().tolist() == [["001", "NA"], ["2", ""]]
    assert [str(kind) for kind in frame.dtypes] == ["str", "str", "str", "int64"]


@pytest.mark.parametrize("text", ["id,count\n", "id,count", "id,count\n\n\n", "id,count\n1\n"])
def test_no_rows_is_a_frame_with_the_same_columns(tmp_path: Path, text: str) -> None:
    frame, problems = read_table(write(tmp_path, text), ["id"])
    assert len(frame) == 0
    assert [str(kind) for kind in frame.dtypes] == ["str", "str", "str", "int64"]
    assert [str(kind) for kind in problems.dtypes] == ["str", "int64", "str", "str", "str"]


def test_ragged_rows_are_problems_and_the_rest_is_kept(tmp_path: Path) -> None:
    frame, problems = read_table(write(tmp_path, 'a,b\n1,2\n3\n\n4,5,6\n"7\n8",9\n10,11\n'), ["a", "b"])
    assert frame[["a", "b", "line"]].to_numpy().tolist() == [["1", "2", 2], ["7\n8", "9", 6], ["10", "11", 8]]
    assert problems[["file", "line", "value"]].to_numpy().tolist() == [["t.csv", 3, "3"], ["t.csv", 5, "4,5,6"]]
    assert problems["reason"].tolist() == [
        "2 cells are expected and 1 is there: look for a missing or extra comma or quotation mark",
        "2 cells are expected and 3 are there: look for a missing or extra comma or quotation mark",
    ]


@pytest.mark.parametrize(
    "bad", ['"3,4', '3,"4', '"3" x,4', '"3"4",5'], ids=["first cell", "last cell", "text after", "inside"]
)
@pytest.mark.parametrize("after", ["5,6\n7,8\n", '5,"6"\n"7",8\n', ""], ids=["plain", "quoted", "nothing"])
def test_a_quotation_mark_that_does_not_close_costs_its_row_only(tmp_path: Path, bad: str, after: str) -> None:
    frame, problems = read_table(write(tmp_path, f"a,b\n1,2\n{bad}\n{after}"), ["a", "b"])
    kept = [["1", "2", 2], ["5", "6", 4], ["7", "8", 5]]
    assert frame[["a", "b", "line"]].to_numpy().tolist() == (kept if after else kept[:1])
    assert problems[["line", "value"]].to_numpy().tolist() == [[3, bad]]
    assert problems["reason"].str.startswith("the quotation marks do not pair up").all()


def test_a_quotation_mark_inside_a_plain_cell_is_a_letter(tmp_path: Path) -> None:
    frame, problems = read_table(write(tmp_path, 'a,b\n5" pipe,x\n'), [])
    assert frame["a"].tolist() == ['5" pipe']
    assert problems.empty


def test_lines_may_end_in_cr_alone(tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, "a,b\r1,2\r\r3,4\r"), []).frame
    assert frame[["a", "b", "line"]].to_numpy().tolist() == [["1", "2", 2], ["3", "4", 4]]


def test_many_odd_rows_are_read_in_batches(tmp_path: Path) -> None:
    rows = tables._BATCH * 2 + 5
    frame, problems = read_table(write(tmp_path, "a,b\nodd\n" + "".join(f"{n},x\n" for n in range(rows))), [])
    assert frame["a"].tolist() == [str(n) for n in range(rows)]
    assert frame["line"].tolist() == list(range(3, rows + 3))
    assert problems["line"].tolist() == [2]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\n", "is empty"),
        (b"a,b\n1,\0\n", "is not text: byte 7, on line 2, is NUL"),
        ("a,b\n1,2\n".encode("utf-16"), "is not text"),
        (b"a,b\n1,2\n3,caf\xe9\n", "is not text in UTF-8: byte 14, on line 3, is 0xE9"),
        (b"\xef\xbb\xbfa,b\n\xff,1\n", "is not text in UTF-8: byte 8, on line 2, is 0xFF"),
        (b"b,quantities\n1,2\n", "has no columns a, quantity: correct the heading line"),
        (b"a,quantities\n1,2\n", "has no column quantity; nearest: quantities: correct the heading line"),
        (b"a,quantity,a\n1,2,3\n", "names the column a twice"),
        (b"a,quantity,\n1,2,3\n", "column 3 of the heading line has no name"),
        (b"a,quantity,line\n1,2,3\n", "a column cannot be called line"),
        (b'a,"quantity\n1,2\n', "line 1: the heading line cannot be read"),
    ],
)
def test_what_stops_the_reading_is_said_in_one_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    path = write(tmp_path, data)
    with pytest.raises(InputError) as caught:
        read_table(path, ["a", "quantity"])
    message = str(caught.value)
    assert message.startswith(str(path))
    assert said in message
    assert message.endswith(".")
    assert "\n" not in message


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a\n", "seizures.csv")
    with pytest.raises(InputError, match=r"There is no file seizure\.csv in .*; nearest: seizures\.csv\."):
        read_table(tmp_path / "seizure.csv", [])
    with pytest.raises(InputError, match=r"The folder .*nowhere does not exist"):
        read_table(tmp_path / "nowhere" / "seizures.csv", [])
    with pytest.raises(InputError, match="is a folder where a table"):
        read_table(tmp_path, [])


def test_the_raw_tables_are_read_whole(raw: Path) -> None:
    for path in sorted(raw.glob("*.csv")):
        frame, problems = read_table(path, [])
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert frame[header].to_numpy().tolist() == rows, path.name
        assert frame["line"].tolist() == list(range(2, len(rows) + 2)), path.name
        assert problems.empty, path.name
