"""One real case of the bounds, step by step, small enough to follow by hand.

Belongs here: the figures, the pieces of time, the rules and the answer of one question, as tables for a page. Does
not belong here: the method itself (``bounds``), charts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.bounds import Figure, Observations, Problem, Range, Target, observations
from analysis.bounds.drugs import is_part
from analysis.bounds.figures import day
from analysis.clean.periods import read_span
from analysis.measures import tables
from analysis.measures.names import province_name
from analysis.report.wording import settle, words


@dataclass(frozen=True)
class Case:
    """One question, and the figures that may answer it: all lie within the calendar years of its span."""

    target: Target
    observed: Observations
    stated: tuple[Figure, ...]

    @property
    def asked(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day asked for."""
        return pd.Timestamp(self.target.start), pd.Timestamp(self.target.end)

    @property
    def used(self) -> tuple[Figure, ...]:
        """Figures of the drug (or its parts) that are not flagged as errors."""
        return tuple(f for f in self.observed.figures if not f.suspect and _of(f, self.target.drug))

    @property
    def doubted(self) -> tuple[Figure, ...]:
        """Figures of the drug that are flagged as errors."""
        return tuple(f for f in self.observed.figures if f.suspect and _of(f, self.target.drug))


def question(drug: str, start: str, end: str, agency: str) -> Target:
    """Return a question; a date in part stands for its first or last day, blank for the first ten months of 2019.

    Parameters
    ----------
    drug, agency : str
        Keys of the vocabularies.
    start, end : str
        A day, month or year; or blank.

    Examples
    --------
    >>> question("opium", "2019", "", "anf").end
    '2019-10-31'
    """
    first, last = read_span(start).start or "2019-01-01", read_span(end).end or "2019-10-31"
    return Target(drug, str(first), str(last), agency)


def case(seizures: pd.DataFrame, target: Target, own: str, publishers: Mapping[str, str] | None = None) -> Case:
    """Set up a question about one country.

    Parameters
    ----------
    seizures : DataFrame
        Rows of the seizures table of one country.
    target : Target
        What is asked.
    own : str
        The source whose figure is to be tested: left out of the answer, kept as ``stated``.
    publishers : mapping of source to publisher, optional

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"drug": "opium", "unit": "kg", "scope": "agency_total", "agency": "anf", "start": "2019-01-01"}
    >>> july = total | {"source_id": "dawn-1", "end": "2019-07-31", "value": 5361}
    >>> claimed = total | {"source_id": "inl-1", "end": "2019-10-31", "value": 7900}
    >>> found = case(sample("seizures", july, claimed), question("opium", "2019", "", "anf"), "inl-1")
    >>> [figure.records for figure in found.used], [figure.records for figure in found.stated]
    ([('row-1',)], [('row-2',)])
    """
    first, last = pd.Timestamp(target.start), pd.Timestamp(target.end)
    near = seizures[(seizures["start"].dt.year >= first.year) & (seizures["end"].dt.year <= last.year)]
    mine = near[near["source_id"].eq(own)]
    stated = observations(mine, publishers=publishers).figures
    seen = observations(near[near["source_id"].ne(own)], publishers=publishers)
    return Case(target, seen, tuple(f for f in stated if f.drug == target.drug))


def _of(figure: Figure, drug: str) -> bool:
    return figure.drug == drug or is_part(figure.drug, drug)


def who(figure: Figure) -> str:
    """Return the body and, where named, the province of a figure.

    Examples
    --------
    >>> who(Figure(("r1",), "anf", "PK-KP", "opium", 17897, 18262, 5360.5, 5361.5))
    'Anti-Narcotics Force in Khyber Pakhtunkhwa'
    """
    where = f" in {province_name(figure.admin1)}" if figure.admin1 else ""
    return f"{tables.agency(figure.agency)[:1].upper()}{tables.agency(figure.agency)[1:]}{where}"


def amount(figure: Figure) -> str:
    """Return the printed amount of a figure in words.

    Examples
    --------
    >>> amount(Figure(("r1",), "anf", "", "opium", 17897, 18262, 5360.5, 5361.5, values=(5361.0,)))
    '5,361 kg'
    """
    return words(*settle(figure.values[0] if figure.values else None, figure.low, figure.high), "kg")


def printed(figures: tuple[Figure, ...]) -> pd.DataFrame:
    """Return the figures as statements, longest span first.

    Returns
    -------
    DataFrame
        ``label`` (who, and which drug), ``start, end`` (last day), ``written`` (as printed), ``at_least, at_most`` (kg,
        the rounding of the print), ``body, records``.

    Examples
    --------
    >>> figure = Figure(("r1",), "anf", "", "opium", 17897, 18262, 5360.5, 5361.5)
    >>> printed((figure,))[["label", "written"]].values.tolist()
    [['Anti-Narcotics Force, opium', '5,360 to 5,362 kg']]
    """
    made = [
        [f"{who(f)}, {tables.drug(f.drug)}", pd.Timestamp(day(f.start)), pd.Timestamp(day(f.end - 1)), amount(f), f.low,
         f.high, f.agency, ";".join(f.records)]
        for f in sorted(figures, key=lambda f: (f.start - f.end, f.agency != "all", f.records))
    ]  # fmt: skip
    columns = ["label", "start", "end", "written", "at_least", "at_most", "body", "records"]
    return pd.DataFrame(made, columns=columns)


def pieces(found: Case) -> pd.DataFrame:
    """Return the pieces into which the figures cut time, and which figures cover each.

    Returns
    -------
    DataFrame
        ``piece`` (letters), ``from, until``, ``asked`` (yes or no), then one column a figure: ``+`` where it adds up
        the piece.

    Examples
    --------
    >>> july = Figure(("r1",), "anf", "", "opium", 17897, 18109, 5360.5, 5361.5, values=(5361.0,))
    >>> split = pieces(Case(question("opium", "2019", "", "anf"), Observations((july,)), ()))
    >>> split[["piece", "from", "until", "asked"]].values.tolist()
    [['A', '2019-01-01', '2019-07-31', 'yes'], ['B', '2019-08-01', '2019-10-31', 'yes']]
    """
    figures = [*found.used, found.target.figure]
    cuts = sorted({f.start for f in figures} | {f.end for f in figures})
    made: list[dict[str, object]] = []
    for place, (a, b) in enumerate(itertools.pairwise(cuts)):
        inside = found.target.figure.start <= a and b <= found.target.figure.end
        row: dict[str, object] = {"piece": chr(65 + place), "from": day(a), "until": day(b - 1)}
        row["asked"] = "yes" if inside else "no"
        row |= {f"{who(f)}: {amount(f)}": "+" if f.start <= a and b <= f.end else "" for f in found.used}
        made.append(row)
    return pd.DataFrame(made)


def rules(found: Case) -> pd.DataFrame:
    """Return each figure as a rule about the pieces: who, the pieces added, from least to most.

    Examples
    --------
    >>> july = Figure(("r1",), "anf", "", "opium", 17897, 18109, 5360.5, 5361.5, values=(5361.0,))
    >>> rules(Case(question("opium", "2019", "", "anf"), Observations((july,)), ()))["sum"].tolist()
    ['Anti-Narcotics Force, opium: A']
    """
    split = pieces(found)
    made = []
    for f in found.used:
        inside = split[split[f"{who(f)}: {amount(f)}"].eq("+")]["piece"]
        kind = tables.drug(f.drug)
        sums = " + ".join(inside)
        made.append([f"{who(f)}, {kind}: {sums}", f.low, f.high, ";".join(f.records)])
    return pd.DataFrame(made, columns=["sum", "at_least", "at_most", "records"])


def steps(found: Case) -> pd.DataFrame:
    """Return how the range narrows as figures are believed one after the other.

    Returns
    -------
    DataFrame
        ``label`` (the figure added), ``low, high`` (kg, of the sum asked for), ``records``. A figure more never widens
        the range.

    Examples
    --------
    >>> july = Figure(("r1",), "anf", "", "opium", 17897, 18109, 5360.5, 5361.5, values=(5361.0,))
    >>> steps(Case(question("opium", "2019", "", "anf"), Observations((july,)), ()))[["low", "high"]].values.tolist()
    [[5360.5, inf]]
    """
    order = sorted(found.used, key=lambda f: (f.agency != found.target.agency, f.agency != "all", f.records))
    made = []
    for n, figure in enumerate(order, start=1):
        answer = Problem(Observations(tuple(order[:n]))).range(found.target)
        made.append([f"{who(figure)}: {amount(figure)}", answer.low, answer.high, ";".join(figure.records)])
    return pd.DataFrame(made, columns=["label", "low", "high", "records"])


def answer(found: Case) -> Range:
    """Return the least and the most that the figures allow.

    Examples
    --------
    >>> july = Figure(("r1",), "anf", "", "opium", 17897, 18109, 5360.5, 5361.5, values=(5361.0,))
    >>> answer(Case(question("opium", "2019", "", "anf"), Observations((july,)), ())).low
    5360.5
    """
    return Problem(found.observed).range(found.target)


def clashes(found: Case) -> pd.DataFrame:
    """Return figures of the case that cannot all be true, and what each would have to be.

    Returns
    -------
    DataFrame
        ``figure`` (words), ``printed`` (words), ``if_the_others_are_true`` (words), ``records``.

    Examples
    --------
    >>> year = [("anf", kg, kg, name) for name, kg in (("r1", 900.0), ("r2", 1500.0))]
    >>> figures = tuple(Figure((name,), who, "", "opium", 17897, 18262, low, high) for who, low, high, name in year)
    >>> clashes(Case(question("opium", "2019", "2019", "anf"), Observations(figures), ()))["printed"].tolist()
    ['900 kg', '1,500 kg']
    """
    made = []
    for conflict in Problem(found.observed).conflicts:
        if any(_of(m.figure, found.target.drug) for m in conflict.members):
            for m in conflict.members:
                span = tables.span(pd.Timestamp(day(m.figure.start)), pd.Timestamp(day(m.figure.end - 1)))
                could = words(*settle(None, m.low, m.high), "kg") if m.low or math.isfinite(m.high) else "anything"
                made.append([f"{who(m.figure)}, {span}", amount(m.figure), could, ";".join(m.figure.records)])
    return pd.DataFrame(made, columns=["figure", "printed", "if_the_others_are_true", "records"])
